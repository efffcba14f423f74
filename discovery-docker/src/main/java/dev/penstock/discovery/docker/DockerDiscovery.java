package dev.penstock.discovery.docker;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.Watch;
import dev.penstock.time.Backoff;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The services found at one daemon, which is watched once for all of them. Thread-safe. */
final class DockerDiscovery implements Discovery {
    /** Bursts are put together where the daemon is read; here is nothing to wait for. */
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private static final Duration NEVER = Duration.ofDays(365);

    /** The daemon's watch tries again by itself; a read after this one waits until it has news. */
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(50), 1, Duration.ofMillis(50), 1);

    private final Daemon daemon;
    private final PolledDiscovery polled;
    private final Set<SelectionReader> readers = ConcurrentHashMap.newKeySet();

    DockerDiscovery(DaemonSettings settings, Environment environment, DiscoveryContext context, int maxBytes) {
        daemon = new Daemon(settings, environment, context, maxBytes);
        var rules = SourceRules.defaults()
                .withDebounce(AT_ONCE, AT_ONCE)
                .withRelist(NEVER)
                .withReadTimeout(NEVER)
                .withBackoff(SHORT)
                .withGuards(settings.emptyGuard(), settings.shrinkGuard());
        polled = new PolledDiscovery(daemon.name(), this::reader, rules, context);
        daemon.observe(this::changed);
    }

    private SelectionReader reader(ServiceQuery query) {
        var reader = new SelectionReader(daemon, Selection.of(query), readers::remove);
        readers.add(reader);
        return reader;
    }

    private void changed() {
        readers.forEach(SelectionReader::changed);
        polled.hint();
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        Watch watch = polled.watch(query, observer);
        daemon.start();
        return watch;
    }

    @Override
    public void close() {
        polled.close();
        daemon.close();
    }
}
