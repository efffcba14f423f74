package dev.penstock.discovery;

import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What one URI of a service stands for: the shared source is held while there are watches of it. While the factory cannot
 * say which source that is, a stand-in fails in its place and tries again as every source does. Thread-safe.
 */
final class SharedSource implements Discovery {
    private final DiscoveryRegistry registry;
    private final DiscoveryFactory factory;
    private final URI uri;

    SharedSource(DiscoveryRegistry registry, DiscoveryFactory factory, URI uri) {
        this.registry = registry;
        this.factory = factory;
        this.uri = uri;
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        Target target;
        try {
            target = target(query.service());
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            return hold(new Key("unknown " + scheme(uri), uri), StandIn::new, query, observer);
        }
        return hold(target, observer);
    }

    private Watch hold(Target target, Consumer<ServiceState> observer) {
        return hold(target.key, () -> registry.open(factory, target.key), target.query, observer);
    }

    private Watch hold(Key key, Supplier<Discovery> opener, ServiceQuery query, Consumer<ServiceState> observer) {
        ContainedDiscovery source = registry.hold(key, opener);
        return new Held(source.watch(query, observer), () -> registry.release(key));
    }

    private Target target(ServiceName service) {
        URI shared = factory.shared(uri);
        ServiceQuery query = factory.query(service, uri);
        if (shared == null || query == null) {
            throw new IllegalStateException("the factory of " + scheme(uri) + " returned null");
        }
        return new Target(new Key(scheme(uri), shared), query);
    }

    /** Refuses a URI that the factory does not understand. */
    void check(ServiceName service) {
        try {
            target(service);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            throw new IllegalArgumentException("discover: \"" + name(uri) + "\": " + Problems.of(e), e);
        }
    }

    /** Does nothing: each watch lets go of the source by itself. */
    @Override
    public void close() {}

    static String scheme(URI uri) {
        return String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    }

    /** A URI as logs may show it: without user, password and query, where secrets stand. */
    static String name(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        if (uri.getHost() != null) {
            return scheme(uri) + "://" + uri.getHost() + port;
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        // Of an authority that cannot be read a slash in the password makes the rest of it a path.
        return scheme(uri) + ":"
                + (uri.getRawAuthority() == null ? path : "//..." + path.substring(path.lastIndexOf('@') + 1));
    }

    /** Names a shared source. */
    record Key(String scheme, URI shared) {}

    /** Where a watch goes, as the factory says. */
    private record Target(Key key, ServiceQuery query) {}

    /** Asks the factory with each watch; contained, so that a watch which throws is tried again. */
    private final class StandIn implements Discovery {
        @Override
        public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
            return hold(target(query.service()), observer);
        }

        @Override
        public void close() {}
    }

    /** A watch that lets go of its source once when it is closed. */
    private record Held(Watch watch, Runnable release, AtomicBoolean released) implements Watch {
        private Held(Watch watch, Runnable release) {
            this(watch, release, new AtomicBoolean());
        }

        @Override
        public ServiceState current() {
            return watch.current();
        }

        @Override
        public CompletionStage<ServiceState> firstAnswer() {
            return watch.firstAnswer();
        }

        @Override
        public List<String> skipped() {
            return watch.skipped();
        }

        @Override
        public void close() {
            watch.close();
            if (released.compareAndSet(false, true)) {
                release.run();
            }
        }
    }
}
