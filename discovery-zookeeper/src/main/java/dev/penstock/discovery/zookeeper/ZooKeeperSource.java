package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.UriOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One ensemble and how to talk to it. Immutable; the password is read when a session begins and shown nowhere.
 *
 * @param members each {@code host:port}
 * @param user its name; empty without
 * @param password gives that of the user
 * @param session how long the ensemble keeps a session that it does not hear of
 * @param rules of all reads of it
 */
record ZooKeeperSource(
        List<String> members, String user, ClusterUri.Password password, Duration session, SourceRules rules) {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration READ_WITHIN = Duration.ofSeconds(15);
    private static final Duration HOUR = Duration.ofHours(1);

    static ZooKeeperSource of(ClusterUri uri, Map<String, String> variables) {
        UriOptions options = uri.options();
        Duration session =
                options.duration("session", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(5));
        SourceRules rules = SourceRules.defaults()
                .withDebounce(Duration.ofMillis(100), Duration.ofMillis(300))
                .withRelist(options.duration("wait", Duration.ofMinutes(1), Duration.ofSeconds(1), HOUR))
                .withReadTimeout(CONNECT_WITHIN.plus(READ_WITHIN))
                .withGuards(
                        options.duration("emptyGuard", Duration.ZERO, Duration.ZERO, HOUR),
                        options.duration("shrinkGuard", Duration.ZERO, Duration.ZERO, HOUR));
        return new ZooKeeperSource(uri.members(), uri.user(), uri.password(variables), session, rules);
    }

    /** How long a read waits for a connection: no longer than the session lasts without one. */
    Duration connectWithin() {
        return session.compareTo(CONNECT_WITHIN) < 0 ? session : CONNECT_WITHIN;
    }

    /** How long what was read counts without an event: so that what is read once in {@code wait} is read anew. */
    Duration wholeEvery() {
        return rules.relist().dividedBy(2);
    }

    /** The name of the source in states and logs. */
    String name() {
        return "zookeeper " + String.join(",", members);
    }

    @Override
    public String toString() {
        return name();
    }
}
