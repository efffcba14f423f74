package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Penstock;
import dev.penstock.PenstockBuilder;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Defines a {@link Gateway}. Confined to one thread. */
public final class GatewayBuilder {
    /** The least that the bytes which wait in connections can be bounded by. */
    public static final long MIN_BUFFER_BYTES = 1 << 20;

    private final PenstockBuilder own = Penstock.builder();
    private @Nullable Penstock given;
    private boolean defined;
    private final Map<String, LocalHandler> handlers = new HashMap<>();
    private final Map<String, LocalHandler> below = new HashMap<>();
    private final Map<String, Supplying> suppliers = new HashMap<>();
    private final List<ExchangeObserver> observers = new ArrayList<>();
    private TransportChoice transport = TransportChoice.AUTO;
    private TlsChoice tls = TlsChoice.AUTO;
    private SharedLimits limits = SharedLimits.defaults();
    private int threads = Runtime.getRuntime().availableProcessors();

    GatewayBuilder() {}

    /**
     * Puts the gateway in front of a Penstock that lives on when the gateway is closed. Its listeners are the gateway's.
     *
     * @param penstock decides where requests go
     * @return this
     */
    public GatewayBuilder penstock(Penstock penstock) {
        this.given = requireNonNull(penstock, "penstock");
        return this;
    }

    /**
     * Adds a service.
     *
     * @param spec its definition
     * @return this
     */
    public GatewayBuilder service(ServiceSpec spec) {
        defined = true;
        own.service(spec);
        return this;
    }

    /**
     * Adds a route.
     *
     * @param spec its definition
     * @return this
     */
    public GatewayBuilder route(RouteSpec spec) {
        defined = true;
        own.route(spec);
        return this;
    }

    /**
     * Adds a route.
     *
     * @param match which requests
     * @param service where they go
     * @return this
     */
    public GatewayBuilder route(Match match, String service) {
        return route(RouteSpec.of(match, service));
    }

    /**
     * Adds a listener.
     *
     * @param spec its definition
     * @return this
     */
    public GatewayBuilder listener(ListenerSpec spec) {
        defined = true;
        own.listener(spec);
        return this;
    }

    /**
     * Adds a listener named after its address.
     *
     * @param address {@code host:port}, {@code [IPv6]:port}, or {@code :port} for all addresses of the machine
     * @return this
     */
    public GatewayBuilder listen(String address) {
        return listener(ListenerSpec.of(address));
    }

    /**
     * Adds a kind of catalog.
     *
     * @param factory opens such catalogs; its scheme must not be taken
     * @return this
     */
    public GatewayBuilder catalog(CatalogFactory factory) {
        defined = true;
        own.catalog(factory);
        return this;
    }

    /**
     * Follows a catalog, see {@link Penstock#follow}.
     *
     * @param from where it is, as in {@code docker://}
     * @param limits what it may claim
     * @return this
     */
    public GatewayBuilder catalog(URI from, CatalogLimits limits) {
        defined = true;
        own.catalog(from, limits);
        return this;
    }

    /**
     * Follows a catalog that is open already; it stays open when this gateway is closed.
     *
     * @param name what it is called
     * @param ready the catalog
     * @param limits what it may claim
     * @return this
     * @throws IllegalArgumentException if the name was given before
     */
    public GatewayBuilder catalog(String name, Catalog ready, CatalogLimits limits) {
        defined = true;
        own.catalog(name, ready, limits);
        return this;
    }

    /**
     * Adds an observer of exchanges; without one nothing is recorded.
     *
     * @param observer told what became of each request
     * @return this
     */
    public GatewayBuilder observer(ExchangeObserver observer) {
        observers.add(requireNonNull(observer, "observer"));
        return this;
    }

    /**
     * Has the requests of a listener answered by code; they are not routed.
     *
     * @param listener its name
     * @param handler answers them
     * @return this
     */
    public GatewayBuilder handler(String listener, LocalHandler handler) {
        handlers.put(requireNonNull(listener, "listener"), requireNonNull(handler, "handler"));
        return this;
    }

    /**
     * Has requests below a path answered by code before they are routed, on each listener whose requests are routed: an ACME
     * client's challenges below {@code /.well-known/acme-challenge/}, say.
     *
     * @param pathPrefix begins with a slash; compared with the raw path as a text
     * @param handler answers them all
     * @return this
     * @throws IllegalArgumentException if the prefix does not begin with a slash
     */
    public GatewayBuilder handlerBelow(String pathPrefix, LocalHandler handler) {
        if (!pathPrefix.startsWith("/")) {
            throw new IllegalArgumentException("pathPrefix: \"" + pathPrefix + "\" (expected: begins with /)");
        }
        below.put(pathPrefix, requireNonNull(handler, "handler"));
        return this;
    }

    /**
     * Chooses the transport.
     *
     * @param transport {@link TransportChoice#AUTO} unless said otherwise
     * @return this
     */
    public GatewayBuilder transport(TransportChoice transport) {
        this.transport = requireNonNull(transport, "transport");
        return this;
    }

    /**
     * Chooses whose TLS is spoken.
     *
     * @param tls {@link TlsChoice#AUTO} unless said otherwise
     * @return this
     */
    public GatewayBuilder tls(TlsChoice tls) {
        this.tls = requireNonNull(tls, "tls");
        return this;
    }

    /**
     * Has code give the certificates of a listener with TLS for the names that its files do not have.
     *
     * @param listener its name
     * @param supplier gives them
     * @return this
     */
    public GatewayBuilder certificates(String listener, CertificateSupplier supplier) {
        return certificates(listener, supplier, Supplying.DEFAULT_OPEN);
    }

    /**
     * The same with another number of questions that the code may have to answer at once.
     *
     * @param listener its name
     * @param supplier gives them
     * @param mostOpen {@code 1..1000000}; a client beyond is treated as if there were no supplier; 256 unless said otherwise
     * @return this
     * @throws IllegalArgumentException if the number is out of range
     */
    public GatewayBuilder certificates(String listener, CertificateSupplier supplier, int mostOpen) {
        var supplying = new Supplying(requireNonNull(supplier, "supplier"), mostOpen);
        suppliers.put(requireNonNull(listener, "listener"), supplying);
        return this;
    }

    /**
     * Sets the number of event loops.
     *
     * @param threads {@code 1..1024}; as many as there are processors unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public GatewayBuilder threads(int threads) {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: 1..1024)");
        }
        this.threads = threads;
        return this;
    }

    /**
     * Bounds the bytes that wait in all connections together: parts of heads and bodies that their receivers have not taken
     * yet, and what is kept of requests that may have to be sent again. From half of it on connections take less; beyond it
     * those clients are cut off for which bytes have waited the longest.
     *
     * @param bytes {@code >= 1048576}; half of the memory that direct buffers may take unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public GatewayBuilder buffers(long bytes) {
        if (bytes < MIN_BUFFER_BYTES) {
            throw new IllegalArgumentException("buffers: " + bytes + " (expected: " + MIN_BUFFER_BYTES + " or more)");
        }
        limits = limits.withBufferBytes(bytes);
        return this;
    }

    /**
     * Bounds what is kept of the bodies of all requests together so that they can be sent again; a request whose body finds
     * no room is sent once.
     *
     * @param bytes {@code >= 0}; 64 MiB unless said otherwise; each event loop has its share
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public GatewayBuilder retryBodies(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("retryBodies: " + bytes + " (expected: 0 or more)");
        }
        limits = limits.withRetryBytes(bytes);
        return this;
    }

    /**
     * Bounds the connections to all endpoints together that are kept for later requests.
     *
     * @param most {@code 0..1000000}; 8,192 unless said otherwise; each event loop has its share
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public GatewayBuilder idleConnections(int most) {
        if (most < 0 || most > 1_000_000) {
            throw new IllegalArgumentException("idleConnections: " + most + " (expected: 0..1000000)");
        }
        limits = limits.withIdleConnections(most);
        return this;
    }

    /**
     * Binds all listeners and starts to serve. A listener that a catalog defines and that cannot be bound is tried again.
     *
     * @return a running gateway, to be closed
     * @throws GatewayException if another listener could not be bound, naming each; nothing stays open then
     * @throws IllegalStateException if a Penstock was given and services, routes, listeners or catalogs besides
     */
    public Gateway start() {
        if (given != null && defined) {
            throw new IllegalStateException(
                    "penstock: given beside services, routes, listeners or catalogs (expected: one or the other)");
        }
        Transport resolved = transport.resolve();
        var prober = new EndpointProber(tls);
        try {
            return start(resolved, prober);
        } catch (RuntimeException e) {
            prober.close();
            throw e;
        }
    }

    private Gateway start(Transport resolved, EndpointProber prober) {
        Penstock penstock = given != null ? given : own.prober(prober).build();
        var core = new GatewayCore(
                penstock, resolved, threads, limits, Machine.name(), handlers, below, tls, suppliers, observers);
        var listeners = new Listeners(core);
        try {
            listeners.start(penstock.table());
        } catch (RuntimeException e) {
            core.close();
            if (given == null) {
                penstock.close();
            }
            throw e;
        }
        return new Gateway(core, listeners, prober, given == null);
    }
}
