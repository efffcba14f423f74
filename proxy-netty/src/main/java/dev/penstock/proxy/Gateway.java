package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Penstock;
import dev.penstock.catalog.Catalog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running HTTP gateway: listeners around a {@link Penstock}. Thread-safe. */
public final class Gateway implements AutoCloseable {
    private final GatewayCore core;
    private final Listeners listeners;
    private final EndpointProber prober;
    private final boolean ownsPenstock;
    private final Catalog.Subscription subscription;
    private final Followed followed = new Followed();
    private final AtomicBoolean closed = new AtomicBoolean();

    Gateway(GatewayCore core, Listeners listeners, EndpointProber prober, boolean ownsPenstock) {
        this.core = core;
        this.listeners = listeners;
        this.prober = prober;
        this.ownsPenstock = ownsPenstock;
        this.subscription = core.penstock().onApplied(table -> {
            core.upstreams().prepare(table.services());
            listeners.follow(table.listeners());
            followed.reached(table.version());
        });
    }

    /**
     * Waits for listeners: new ones are bound, or known not to be, and those that are gone take no more clients.
     *
     * @param tableVersion of a table of {@link #penstock()}
     * @return done when listeners are as that table or a newer one defines them, and when this is closed; never exceptionally
     */
    public CompletionStage<Void> followed(long tableVersion) {
        return followed.atLeast(tableVersion);
    }

    /**
     * A gateway to be defined.
     *
     * @return a builder with the documented defaults
     */
    public static GatewayBuilder builder() {
        return new GatewayBuilder();
    }

    /**
     * Where a listener is bound.
     *
     * @param listener its name
     * @return with the port that the system chose, where the listener left it open
     * @throws IllegalArgumentException if there is no such listener
     */
    public InetSocketAddress address(String listener) {
        return listeners.address(listener);
    }

    /**
     * How a listener does.
     *
     * @param listener its name
     * @return as of now
     * @throws IllegalArgumentException if there is no such listener
     */
    public ListenerStatus status(String listener) {
        return listeners.status(listener);
    }

    /**
     * The port of the only or first listener.
     *
     * @return {@code 1..65535}
     * @throws IllegalStateException if there is no listener
     */
    public int port() {
        return listeners.first().getPort();
    }

    /**
     * The transport in use.
     *
     * @return what the choice came to
     */
    public Transport transport() {
        return core.transport();
    }

    /**
     * Whose TLS is spoken.
     *
     * @return what the choice came to
     */
    public TlsProvider tls() {
        return core.tls().provider();
    }

    /**
     * The certificates of a listener.
     *
     * @param listener its name
     * @return those in use, from files, in the order defined; empty where it does no TLS, or there is no such listener
     */
    public List<CertificateStatus> certificates(String listener) {
        ListenerTls tls = listeners.tls(listener);
        return tls == null ? List.of() : tls.status();
    }

    /**
     * Clients of a listener that were refused before their first request.
     *
     * @param listener its name
     * @return how many, by reason: {@code not_tls}, {@code unknown_name}, {@code too_slow}, {@code failed}; {@code
     *     supplier_busy} counts questions that the supplier was not asked, whatever became of their clients; empty as above
     */
    public Map<String, Long> handshakesRefused(String listener) {
        ListenerTls tls = listeners.tls(listener);
        return tls == null ? Map.of() : tls.refusals().counts();
    }

    /**
     * What decides where requests go.
     *
     * @return the one given to the builder or made by it
     */
    public Penstock penstock() {
        return core.penstock();
    }

    /**
     * The bytes that wait in its connections.
     *
     * @return as of now
     */
    public BufferStatus buffers() {
        return core.buffers().status();
    }

    /**
     * Records of exchanges that no observer was told of, because it was too slow.
     *
     * @return {@code >= 0}, grows
     */
    public long droppedRecords() {
        return core.records().dropped();
    }

    /**
     * Stops accepting at once, ends idle connections, lets requests in flight finish.
     *
     * @param limit what is still open then is cut off
     * @return done when no connection of a client is left
     */
    public CompletionStage<Void> drain(Duration limit) {
        requireNonNull(limit, "limit");
        subscription.close();
        return closed.get() ? CompletableFuture.completedFuture(null) : listeners.drain(limit);
    }

    /** Drains each listener for as long as its drain time-out says, then releases everything; a second time does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        subscription.close();
        followed.end();
        listeners.close();
        core.close();
        if (ownsPenstock) {
            core.penstock().close();
        }
        prober.close();
    }
}
