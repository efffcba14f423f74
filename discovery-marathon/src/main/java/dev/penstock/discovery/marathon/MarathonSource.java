package dev.penstock.discovery.marathon;

import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.UriOptions;
import dev.penstock.discovery.http.Members;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one Marathon is asked. Immutable; holds a secret.
 *
 * @param http whom to ask
 * @param authorization gives the header of that name; empty for none
 * @param interval the longest time between two reads
 * @param silence how long the stream of events may be silent
 * @param callback where Marathon is to post its events; null: they are read from its stream
 * @param emptyGuard how long an answer without endpoints must last
 * @param shrinkGuard how long one with much fewer endpoints must last
 */
record MarathonSource(
        Members.Settings http,
        ClusterUri.Password authorization,
        Duration interval,
        Duration silence,
        @Nullable CallbackUrl callback,
        Duration emptyGuard,
        Duration shrinkGuard) {
    /** How long an answer may take, at each master. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private static final String A_TOKEN = "one token of printable ASCII without spaces";
    private static final Duration HOUR = Duration.ofHours(1);

    /** Marathon's stream has an empty line every ten seconds: three may be late. */
    private static final Duration SILENCE = Duration.ofSeconds(35);

    static MarathonSource of(ClusterUri uri, Map<String, String> variables) {
        UriOptions options = uri.options();
        Duration interval =
                options.duration("interval", Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofHours(1));
        return new MarathonSource(
                new Members.Settings(uri.members(), Pem.FILES.ofOptions(options), AT_ONCE),
                authorization(uri, variables),
                interval,
                options.duration("silence", SILENCE, Duration.ofMillis(100), HOUR),
                options.text("callback")
                        .map(text -> CallbackUrl.of(URI.create(text)))
                        .orElse(null),
                options.duration("emptyGuard", Duration.ZERO, Duration.ZERO, HOUR),
                options.duration("shrinkGuard", Duration.ZERO, Duration.ZERO, HOUR));
    }

    /** Of a user, or the token of DC/OS. */
    private static ClusterUri.Password authorization(ClusterUri uri, Map<String, String> variables) {
        ClusterUri.Password password = uri.password(variables);
        ClusterUri.Password token = token(uri.options(), variables);
        if (token != null && !uri.user().isEmpty()) {
            throw new IllegalArgumentException("options: a user and a token (expected: one of them)");
        }
        if (token != null) {
            return () -> "token=" + token.read();
        }
        if (uri.user().isEmpty()) {
            return () -> "";
        }
        return () -> {
            byte[] pair = (uri.user() + ":" + password.read()).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        };
    }

    private static ClusterUri.@Nullable Password token(UriOptions options, Map<String, String> variables) {
        String file = options.text("tokenFile").orElse("");
        String variable = options.text("tokenEnv").orElse("");
        if (!file.isEmpty()) {
            return () -> fromFile(Path.of(file));
        }
        if (variable.isEmpty()) {
            return null;
        }
        String value = variables.getOrDefault(variable, "").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("tokenEnv: \"" + variable + "\" (expected: a variable that is set)");
        }
        if (!isToken(value)) {
            throw new IllegalArgumentException(
                    "tokenEnv: \"" + variable + "\" (expected: a variable with " + A_TOKEN + ")");
        }
        return () -> value;
    }

    private static String fromFile(Path file) throws IOException {
        String value;
        try {
            value = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("token file: \"" + file + "\" (expected: a readable file)", e);
        }
        if (!isToken(value)) {
            throw new IOException("token file: \"" + file + "\" (expected: a file with " + A_TOKEN + ")");
        }
        return value;
    }

    /** Whether a header can hold it: the JDK's client says all of a value that it refuses. */
    private static boolean isToken(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c >= 0x21 && c <= 0x7e);
    }

    /** Of the one loop that reads; a change is read 50 ms after the last of its events, 200 ms after the first at most. */
    SourceRules rules() {
        return SourceRules.defaults()
                .withDebounce(Duration.ofMillis(50), Duration.ofMillis(200))
                .withRelist(interval)
                .withReadTimeout(AT_ONCE.multipliedBy(3L * http.members().size() + 3));
    }

    /** The name of the source in states and logs. */
    String name() {
        return "marathon " + http.scheme() + "://" + String.join(",", http.members());
    }

    @Override
    public String toString() {
        return name();
    }
}
