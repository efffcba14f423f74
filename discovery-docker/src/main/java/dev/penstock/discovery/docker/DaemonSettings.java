package dev.penstock.discovery.docker;

import dev.penstock.discovery.UriOptions;
import dev.penstock.text.Suggestion;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a daemon is read. Immutable.
 *
 * @param host where it listens
 * @param poll the longest time from one list of containers to the next
 * @param swarmPoll the same for services and tasks of a swarm, of which no events tell
 * @param swarm whether services and tasks are read
 * @param timeout for one answer
 * @param drain how long a container that was told to stop counts as leaving while it still runs
 * @param emptyGuard how long an empty answer must last
 * @param shrinkGuard how long a much smaller answer must last
 */
record DaemonSettings(
        DockerHost host,
        Duration poll,
        Duration swarmPoll,
        Swarm swarm,
        Duration timeout,
        Duration drain,
        Duration emptyGuard,
        Duration shrinkGuard) {
    static final Set<String> OPTIONS = Set.of(
            DockerHost.CONTEXT,
            DockerHost.TLS,
            DockerHost.CERTS,
            "poll",
            "swarmPoll",
            "swarm",
            "timeout",
            "drain",
            "emptyGuard",
            "shrinkGuard");

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration HOUR = Duration.ofHours(1);

    /** Whether services and tasks are read. */
    enum Swarm {
        /** If the daemon says that it is a manager. */
        AUTO,
        ON,
        OFF
    }

    /**
     * Reads options.
     *
     * @throws IllegalArgumentException if one makes no sense
     */
    static DaemonSettings of(DockerHost host, UriOptions options) {
        return new DaemonSettings(
                host,
                options.duration("poll", Duration.ofSeconds(15), LEAST, HOUR),
                options.duration("swarmPoll", Duration.ofSeconds(1), LEAST, HOUR),
                swarm(options.text("swarm").orElse("auto")),
                options.duration("timeout", Duration.ofSeconds(10), LEAST, HOUR),
                options.duration("drain", Duration.ofMinutes(5), Duration.ZERO, HOUR),
                options.duration("emptyGuard", Duration.ZERO, Duration.ZERO, HOUR),
                options.duration("shrinkGuard", Duration.ZERO, Duration.ZERO, HOUR));
    }

    private static Swarm swarm(String text) {
        for (Swarm known : Swarm.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(text)) {
                return known;
            }
        }
        throw new IllegalArgumentException("swarm: " + Suggestion.unknown(text, List.of("auto", "on", "off")));
    }
}
