package dev.penstock.discovery;

import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** What one URI of a service stands for: the shared source is held while there are watches of it. Thread-safe. */
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
        var key = new Key(scheme(uri), factory.shared(uri));
        ServiceQuery there = factory.query(query.service(), uri);
        ContainedDiscovery source = registry.hold(key, factory);
        return new Held(source.watch(there, observer), () -> registry.release(key));
    }

    /** Refuses a URI that the factory does not understand. */
    void check(ServiceName service) {
        try {
            if (factory.shared(uri) == null || factory.query(service, uri) == null) {
                throw new IllegalStateException("the factory of " + factory.scheme() + " returned null");
            }
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
        return scheme(uri) + ":" + (uri.getRawAuthority() == null ? path : "//..." + path);
    }

    /** Names a shared source. */
    record Key(String scheme, URI shared) {}

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
