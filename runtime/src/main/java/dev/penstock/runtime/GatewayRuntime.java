package dev.penstock.runtime;

import static java.util.Objects.requireNonNull;

import dev.penstock.Applied;
import dev.penstock.Penstock;
import dev.penstock.PenstockBuilder;
import dev.penstock.admin.AdminHandler;
import dev.penstock.admin.Readiness;
import dev.penstock.admin.Status;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Problem;
import dev.penstock.config.AdminSettings;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationReader;
import dev.penstock.proxy.EndpointProber;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.TlsFiles;
import dev.penstock.proxy.TlsProvider;
import dev.penstock.proxy.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A running configuration: a {@link Penstock}, a {@link Gateway} in front of it, and the admin listener. Thread-safe.
 *
 * <p>Installs no signal handler and ends no process; what the program does about signals, it does itself.
 */
public final class GatewayRuntime implements AutoCloseable {
    private final Penstock penstock;
    private final Gateway gateway;
    private final @Nullable AdminListener admin;
    private final Readiness readiness;
    private final EndpointProber prober;
    private final Readings readings;
    private final int threads;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    GatewayRuntime(
            Penstock penstock,
            Gateway gateway,
            @Nullable AdminListener admin,
            Readiness readiness,
            EndpointProber prober,
            Readings readings,
            int threads) {
        this.penstock = penstock;
        this.gateway = gateway;
        this.admin = admin;
        this.readiness = readiness;
        this.prober = prober;
        this.readings = readings;
        this.threads = threads;
    }

    /**
     * The version of Penstock.
     *
     * @return as in {@code 0.1.0}
     */
    public static String version() {
        return Version.TEXT;
    }

    /**
     * A reader of configurations that knows the balancers and sources on the class path.
     *
     * @return a reader whose result {@link #start(Configuration)} takes
     */
    public static ConfigurationReader reader() {
        return reader(Extension.NONE);
    }

    /**
     * A reader of configurations that also knows what an extension adds. It contacts nobody.
     *
     * @param extension the one given to {@link #start(Configuration, Extension)}
     * @return a reader
     */
    public static ConfigurationReader reader(Extension extension) {
        // A prober that is not asked opens nothing.
        var checks = new DefinitionChecks(
                () -> builder(extension, new EndpointProber()).checker());
        return new ConfigurationReader(checks::problems);
    }

    /** What is wrong with a configuration beside what is in effect. */
    static List<Problem> problems(Penstock decider, Configuration configuration) {
        List<Problem> problems = new ArrayList<>(decider.checkCatalogs(configuration.catalogs()));
        problems.addAll(decider.check(configuration.catalog()));
        problems.addAll(TlsFiles.problems(configuration.catalog()));
        return problems;
    }

    /**
     * Starts a configuration.
     *
     * @param configuration what to run
     * @return running, to be closed
     * @throws StartException with everything that is wrong; nothing stays open then
     */
    public static GatewayRuntime start(Configuration configuration) {
        return start(configuration, Extension.NONE);
    }

    /**
     * Starts a configuration with what an embedder adds in code.
     *
     * @param configuration what to run
     * @param extension what is added
     * @return running, to be closed
     * @throws StartException with everything that is wrong; nothing stays open then
     */
    public static GatewayRuntime start(Configuration configuration, Extension extension) {
        requireNonNull(configuration, "configuration");
        var prober =
                new EndpointProber(Transports.choice(configuration.process().tls()));
        try {
            return start(configuration, extension, prober);
        } catch (RuntimeException e) {
            prober.close();
            throw e;
        }
    }

    private static GatewayRuntime start(Configuration configuration, Extension extension, EndpointProber prober) {
        var changes = new ChangeLog();
        Penstock penstock = builder(extension, prober)
                .reservedPort(adminPort(configuration.admin()))
                .observer(changes)
                .observer(new EventLog())
                .build();
        try {
            penstock.apply(configuration.catalog());
            changes.follow(penstock);
            penstock.follow(configuration.catalogs());
            return RuntimeStart.start(configuration, extension, penstock, prober);
        } catch (CatalogException e) {
            penstock.close();
            throw new StartException(e.problems().stream().map(Object::toString).toList());
        } catch (RuntimeException e) {
            penstock.close();
            throw e;
        }
    }

    private static int adminPort(AdminSettings admin) {
        return admin.enabled() ? ListenerSpec.of(admin.address()).port() : 0;
    }

    private static PenstockBuilder builder(Extension extension, EndpointProber prober) {
        PenstockBuilder builder = Penstock.builder().prober(prober).stamps(WallTime.system());
        TextCatalogFactory.all().forEach(builder::catalog);
        extension.extend(builder);
        return builder;
    }

    /**
     * Puts other definitions into effect in the place of those that the same source gave before.
     *
     * @param catalog everything the source defines
     * @return what changed
     * @throws CatalogException if the definitions are not valid; nothing changes then
     * @throws IllegalArgumentException if the source is called as one of the admin API is, {@code api} or {@code api/v1}
     */
    public Applied apply(CatalogState catalog) {
        AdminHandler.refuseOwn("source", catalog.source());
        return penstock.apply(catalog);
    }

    /**
     * Puts another configuration into effect in the place of the one before: its definitions, and the catalogs it follows,
     * of which those that stay are not opened again. Settings of the process stay, see
     * {@link Configuration#restartNeededFor}.
     *
     * @param configuration of the same file as the one before
     * @return what changed of the definitions
     * @throws CatalogException if it is not valid; nothing changes then
     */
    public Applied apply(Configuration configuration) {
        List<Problem> problems = problems(penstock, configuration);
        if (!problems.isEmpty()) {
            throw new CatalogException(configuration.catalog().source(), problems);
        }
        Applied applied = penstock.apply(configuration.catalog());
        penstock.follow(configuration.catalogs());
        return applied;
    }

    /**
     * What decides.
     *
     * @return running as long as this is
     */
    public Penstock penstock() {
        return penstock;
    }

    /** How the readings of its file went, to be told by whoever follows that. */
    Readings readings() {
        return readings;
    }

    /**
     * The transport in use.
     *
     * @return what the setting came to
     */
    public Transport transport() {
        return gateway.transport();
    }

    /**
     * Whose TLS is spoken.
     *
     * @return what the setting came to
     */
    public TlsProvider tls() {
        return gateway.tls();
    }

    /**
     * The event loops in use.
     *
     * @return {@code 1..1024}
     */
    public int threads() {
        return threads;
    }

    /**
     * Where a listener is bound.
     *
     * @param listener its name
     * @return {@code host:port}, with the port that the system chose where the listener left it open
     * @throws IllegalArgumentException if there is no such listener
     */
    public String address(String listener) {
        return Addresses.text(gateway.address(listener));
    }

    /**
     * Where the admin listener is bound.
     *
     * @return {@code host:port}; empty if it is off
     */
    public Optional<String> adminAddress() {
        return Optional.ofNullable(admin).map(AdminListener::address).map(Addresses::text);
    }

    /**
     * Whether it serves, in the words of {@code /status}.
     *
     * @return the word
     */
    public Status status() {
        return readiness.status();
    }

    /**
     * Says {@code TERMINATING} from now on, goes on serving for a while, so that whoever watches the status sends nothing
     * more, then closes. Returns when all is closed.
     *
     * @param serving how long to go on, {@code >= 0}; {@link #close()} or an interrupt cuts it short
     */
    public void terminate(Duration serving) {
        readiness.terminate();
        try {
            closing.await(serving.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    /**
     * Stops accepting, gives requests in flight the time that their listeners allow, then ends everything. Says
     * {@code TERMINATING} on the admin listener until the last request has ended.
     */
    @Override
    public void close() {
        readiness.terminate();
        closing.countDown();
        if (closed.compareAndSet(false, true)) {
            closeAll(admin, gateway);
            penstock.close();
            prober.close();
        }
    }

    /** In the order in which they may go: the status is told until the last request has ended. */
    static void closeAll(@Nullable AdminListener admin, @Nullable Gateway gateway) {
        if (gateway != null) {
            gateway.close();
        }
        if (admin != null) {
            admin.close();
        }
    }
}
