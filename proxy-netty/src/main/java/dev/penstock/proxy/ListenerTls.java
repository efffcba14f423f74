package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ServerCertificate;
import dev.penstock.tls.ServerTls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS of one listener: its virtual hosts, read again when their files change. Thread-safe. */
final class ListenerTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerTls.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final String owner;
    private final TlsContexts contexts;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final @Nullable SuppliedHosts supplied;
    private final TlsRefusals refusals = new TlsRefusals();
    // Written under the lock of this object.
    private volatile TlsHosts hosts = TlsHosts.NONE;
    private volatile ServerTls spec;
    private List<HostFiles> files = List.of();
    private @Nullable ServerTls failed;
    private Scheduler.@Nullable Timer look;
    private boolean closed;

    ListenerTls(ListenerSpec listener, GatewayCore core) {
        this.owner = "listener " + listener.name();
        this.contexts = core.tls();
        this.scheduler = core.executor();
        this.ticker = core.ticker();
        this.spec = requireNonNull(listener.tls(), "tls");
        Supplying supplying = core.supplier(listener.name());
        this.supplied = supplying == null
                ? null
                : new SuppliedHosts(
                        owner, supplying, () -> refusals.count(TlsRefusals.Reason.SUPPLIER_BUSY), contexts, core);
    }

    /** Reads all files and begins to look after them; throws an IllegalArgumentException if one is no good. */
    synchronized void open() {
        load(spec);
        later();
    }

    /** From now on new connections go by other settings; where their files are no good those of before stay. */
    synchronized void change(ServerTls wanted) {
        if (wanted.equals(spec) && failed == null) {
            return;
        }
        try {
            load(wanted);
            failed = null;
        } catch (IllegalArgumentException e) {
            if (!wanted.equals(failed)) {
                LOG.error("{}: {}; what was in use before stays in use", owner, e.getMessage());
            }
            failed = wanted;
        }
        if (look == null) {
            later();
        }
    }

    private void load(ServerTls wanted) {
        List<HostFiles> read = new ArrayList<>();
        for (ServerCertificate certificate : wanted.certificates()) {
            read.add(known(certificate, wanted));
        }
        if (read.isEmpty() && supplied == null) {
            throw new IllegalArgumentException("tls.certificates: none (expected: one at least)");
        }
        files = read;
        spec = wanted;
        publish();
    }

    private HostFiles known(ServerCertificate certificate, ServerTls wanted) {
        for (HostFiles known : files) {
            if (known.spec().equals(certificate) && spec.minVersion() == wanted.minVersion()) {
                known.reload();
                return known;
            }
        }
        return new HostFiles(owner, certificate, wanted.minVersion(), contexts, ticker);
    }

    private void publish() {
        List<TlsHost> all = files.stream().map(HostFiles::host).toList();
        hosts = new TlsHosts(all, spec.strict() || all.isEmpty() ? null : unknown(), spec.clients());
    }

    /** The first certificate, with what is asked of clients under no known name. */
    private TlsHost unknown() {
        HostFiles first = files.get(0);
        ClientCertificates clients = spec.clients();
        if (first.spec().clients().equals(clients)) {
            return first.host();
        }
        return new HostFiles(owner, first.spec().withClients(clients), spec.minVersion(), contexts, ticker).host();
    }

    private void later() {
        look = closed ? null : scheduler.schedule(BETWEEN_LOOKS, this::look);
    }

    private synchronized void look() {
        try {
            boolean changed = false;
            for (HostFiles file : files) {
                changed |= file.reload();
            }
            if (changed) {
                publish();
            }
            ServerTls again = failed;
            if (again != null) {
                change(again);
            }
            hosts.all().forEach(TlsHost::rotateKeys);
            if (supplied != null) {
                supplied.rotateKeys();
            }
        } catch (IllegalArgumentException e) { // of a file that was replaced between two readings: the next look tells
            LOG.debug("{}: {}", owner, e.getMessage());
        } finally {
            later();
        }
    }

    /** Tells what is in use, the first being shown for unknown names unless these are refused. */
    synchronized List<CertificateStatus> status() {
        return files.stream().map(HostFiles::status).toList();
    }

    TlsHosts hosts() {
        return hosts;
    }

    ServerTls spec() {
        return spec;
    }

    TlsRefusals refusals() {
        return refusals;
    }

    TlsProvider provider() {
        return contexts.provider();
    }

    /** The host for a name that no file has, from code; completed with null where that has none. */
    CompletionStage<@Nullable TlsHost> supplied(String name) {
        return supplied == null || name.isEmpty() ? CompletableFuture.completedFuture(null) : supplied.host(name, spec);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (look != null) {
            look.cancel();
        }
    }
}
