package dev.penstock.proxy;

import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import dev.penstock.tls.TlsVersion;
import dev.penstock.tls.UpstreamTls;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways in which endpoints are called by TLS, by their settings; read again when their files change. Thread-safe. */
final class TlsProfiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsProfiles.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** What nobody has used for so long is forgotten; settings change. */
    private static final long FORGET_NANOS = TimeUnit.HOURS.toNanos(1);

    private final TlsContexts contexts;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final Map<UpstreamTls, CompletableFuture<TlsProfile>> profiles = new ConcurrentHashMap<>();
    private final Map<UpstreamTls, FileStamps> bad = new ConcurrentHashMap<>();
    private Scheduler.@Nullable Timer look;
    private boolean closed;

    TlsProfiles(TlsContexts contexts, Scheduler scheduler, Ticker ticker) {
        this.contexts = contexts;
        this.scheduler = scheduler;
        this.ticker = ticker;
    }

    /** The profile for settings, if it is there already; null where it is not, or its files are no good. */
    @Nullable
    TlsProfile ready(UpstreamTls spec) {
        CompletableFuture<TlsProfile> known = profiles.get(spec);
        if (known == null || !known.isDone() || known.isCompletedExceptionally()) {
            return null;
        }
        TlsProfile profile = known.join();
        profile.used(ticker.nanos());
        return profile;
    }

    /** The profile for settings; read on another thread where that has to be. Fails if its files are no good. */
    CompletionStage<TlsProfile> profile(UpstreamTls spec) {
        CompletableFuture<TlsProfile> profile =
                profiles.computeIfAbsent(spec, wanted -> CompletableFuture.supplyAsync(() -> load(wanted), scheduler));
        begin();
        return profile;
    }

    private synchronized void begin() {
        if (look == null && !closed) {
            look = scheduler.schedule(BETWEEN_LOOKS, this::look);
        }
    }

    private TlsProfile load(UpstreamTls spec) {
        FileStamps stamps = stamps(spec);
        SslContextBuilder builder = SslContextBuilder.forClient();
        Path ca = spec.ca();
        if (!spec.verify()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (ca != null) {
            builder.trustManager(PemFile.read(ca).certificates());
        }
        Path certificate = spec.certificate();
        Path key = spec.key();
        CertifiedKey own = null;
        if (certificate != null && key != null) {
            own = HostFiles.read(certificate, key);
            HostFiles.warnOfReaders("calls to endpoints", key);
            builder.keyManager(own.key(), own.chain());
        }
        var profile = new TlsProfile(spec, contexts.built(builder, TlsVersion.V1_2, own), stamps);
        profile.used(ticker.nanos());
        return profile;
    }

    private static FileStamps stamps(UpstreamTls spec) {
        return FileStamps.of(spec.ca(), spec.certificate(), spec.key());
    }

    private void look() {
        profiles.forEach((spec, known) -> {
            if (known.isCompletedExceptionally()) {
                profiles.remove(spec, known); // the next connection tries again
            } else if (known.isDone()) {
                look(spec, known);
            }
        });
        synchronized (this) {
            look = null;
        }
        if (!profiles.isEmpty()) {
            begin();
        }
    }

    private void look(UpstreamTls spec, CompletableFuture<TlsProfile> known) {
        if (ticker.nanos() - known.join().usedNanos() > FORGET_NANOS) {
            profiles.remove(spec, known);
            bad.remove(spec);
            return;
        }
        FileStamps now = stamps(spec);
        if (now.equals(known.join().stamps()) || now.equals(bad.get(spec))) {
            return;
        }
        try {
            profiles.replace(spec, known, CompletableFuture.completedFuture(load(spec)));
            bad.remove(spec);
        } catch (IllegalArgumentException e) {
            bad.put(spec, now);
            LOG.error("calls to endpoints: {}; what was read before stays in use", e.getMessage());
        }
    }

    /** What a failed profile failed of. */
    static Throwable cause(Throwable problem) {
        return problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (look != null) {
            look.cancel();
        }
    }
}
