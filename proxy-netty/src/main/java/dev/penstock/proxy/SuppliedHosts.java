package dev.penstock.proxy;

import dev.penstock.time.Ticker;
import dev.penstock.tls.ServerTls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual hosts whose certificates code gives. The code is asked each time; what was made of one of its answers is kept, so
 * that sessions can be resumed: kept by answer, not by name, since clients can think of any number of names. Thread-safe.
 */
final class SuppliedHosts {
    private static final Logger LOG = LoggerFactory.getLogger(SuppliedHosts.class);

    private static final int MAX_KEPT = 1_000;

    private final String owner;
    private final Supplying supplying;
    private final Runnable onBusy;
    private final TlsContexts contexts;
    private final Executor executor;
    private final Ticker ticker;
    private final FaultLog faults = new FaultLog(LOG);
    private final AtomicInteger open = new AtomicInteger();
    // Guarded by itself; the one used longest ago goes first.
    private final Map<Key, TlsHost> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, TlsHost> eldest) {
            return size() > MAX_KEPT;
        }
    };

    private record Key(CertifiedKey own, ServerTls spec) {}

    SuppliedHosts(String owner, Supplying supplying, Runnable onBusy, TlsContexts contexts, GatewayCore core) {
        this.owner = owner;
        this.supplying = supplying;
        this.onBusy = onBusy;
        this.contexts = contexts;
        this.executor = core.executor();
        this.ticker = core.ticker();
    }

    /** Completed with null where the code has none, fails, or is asked too much at once. */
    CompletionStage<@Nullable TlsHost> host(String name, ServerTls spec) {
        if (open.incrementAndGet() > supplying.mostOpen()) {
            onBusy.run();
            open.decrementAndGet();
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.supplyAsync(() -> supplying.supplier().certificate(name), executor)
                .thenCompose(answer -> answer)
                .thenApplyAsync(answer -> made(answer, spec), executor)
                .handle((host, problem) -> {
                    open.decrementAndGet();
                    if (problem != null) {
                        faults.note(owner + ": certificate supplier", TlsProfiles.cause(problem));
                    }
                    return host;
                });
    }

    private @Nullable TlsHost made(Optional<CertifiedKey> answer, ServerTls spec) {
        if (answer.isEmpty()) {
            return null;
        }
        var key = new Key(answer.get(), spec);
        synchronized (kept) {
            TlsHost known = kept.get(key);
            if (known != null) {
                return known;
            }
        }
        TlsHost made = make(answer.get(), spec);
        synchronized (kept) {
            TlsHost known = kept.putIfAbsent(key, made);
            return known == null ? made : known;
        }
    }

    private TlsHost make(CertifiedKey own, ServerTls spec) {
        var clients = spec.clients();
        var ca = clients.ca();
        var context = contexts.server(
                own, clients, ca == null ? List.of() : PemFile.read(ca).certificates(), spec.minVersion());
        return new TlsHost(List.of(), own.chain().get(0), clients, context, ticker);
    }

    void rotateKeys() {
        List<TlsHost> all;
        synchronized (kept) {
            all = List.copyOf(kept.values());
        }
        all.forEach(TlsHost::rotateKeys);
    }
}
