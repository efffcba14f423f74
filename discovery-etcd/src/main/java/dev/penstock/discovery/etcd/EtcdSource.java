package dev.penstock.discovery.etcd;

import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.UriOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One cluster and how to talk to it. Immutable; the password is read when it is needed and shown nowhere.
 *
 * @param members each {@code host:port}
 * @param tls what is needed for HTTPS; null for plain HTTP
 * @param user its name; empty without
 * @param password gives that of the user
 * @param second whether the API v2 is asked
 * @param changeWithin how long to wait for a change at a time
 * @param rules of all reads of it
 */
record EtcdSource(
        List<String> members,
        @Nullable SSLContext tls,
        String user,
        ClusterUri.Password password,
        boolean second,
        Duration changeWithin,
        SourceRules rules) {
    /** How long an answer that waits for nothing may take, at each member. */
    static final Duration AT_ONCE = Duration.ofSeconds(10);

    private static final Duration DEFAULT_WAIT = Duration.ofMinutes(1);

    /** A member that vanished without a word is noticed at the end of a wait. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private static final Duration HOUR = Duration.ofHours(1);

    static EtcdSource of(ClusterUri uri, Map<String, String> variables) {
        return of(uri, variables, "v3");
    }

    /**
     * A source.
     *
     * @param otherwise the API that is asked where the URI names none
     */
    static EtcdSource of(ClusterUri uri, Map<String, String> variables, String otherwise) {
        String api = uri.options().text("api").orElse(otherwise);
        if (!api.equals("v2") && !api.equals("v3")) {
            throw new IllegalArgumentException("api: \"" + api + "\" (expected: v2 or v3)");
        }
        Duration wait = uri.options().duration("wait", DEFAULT_WAIT, Duration.ofSeconds(1), LONGEST_WAIT);
        return new EtcdSource(
                uri.members(),
                Pem.FILES.ofOptions(uri.options()),
                uri.user(),
                uri.password(variables),
                api.equals("v2"),
                wait,
                rules(uri.options(), wait, uri.members().size()));
    }

    private static SourceRules rules(UriOptions options, Duration wait, int members) {
        return SourceRules.defaults()
                .withDebounce(Duration.ofMillis(100), Duration.ofMillis(300))
                .withReadTimeout(wait.plus(AT_ONCE.multipliedBy(3L * members + 1))) // a login, a question, and again
                .withGuards(
                        options.duration("emptyGuard", Duration.ZERO, Duration.ZERO, HOUR),
                        options.duration("shrinkGuard", Duration.ZERO, Duration.ZERO, HOUR));
    }

    String scheme() {
        return tls == null ? "http" : "https";
    }

    /** The name of the source in states and logs. */
    String name() {
        return "etcd " + scheme() + "://" + String.join(",", members);
    }

    @Override
    public String toString() {
        return name();
    }
}
