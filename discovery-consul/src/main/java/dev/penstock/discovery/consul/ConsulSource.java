package dev.penstock.discovery.consul;

import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.UriOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One Consul agent and how to talk to it. Immutable; the token is read when it is needed and shown nowhere.
 *
 * @param base as in {@code http://127.0.0.1:8500}
 * @param token gives the token; an empty one is not sent
 * @param tls for https; null without
 * @param serverName what the certificate of the server must say, if not its host; may be empty
 * @param blocking how long a blocking query may take
 * @param every how often prepared queries are executed
 * @param limits how much of it is taken
 * @param rules of all reads of it
 */
record ConsulSource(
        URI base,
        Token token,
        @Nullable SSLContext tls,
        String serverName,
        Duration blocking,
        Duration every,
        Limits limits,
        SourceRules rules) {
    private static final Duration DEFAULT_WAIT = Duration.ofMinutes(5);
    private static final Duration DEFAULT_EVERY = Duration.ofSeconds(10);
    private static final Duration MAX_WAIT = Duration.ofMinutes(10);
    private static final Duration HOUR = Duration.ofHours(1);

    /** The part of a read timeout that is for the network; Consul adds up to a sixteenth to the wait it was asked for. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    /** The token of the environment is not for this agent. */
    static final Token WITHHELD = () -> "";

    /** Gives the secret that opens the agent. */
    @FunctionalInterface
    interface Token {
        String read() throws IOException;
    }

    static ConsulSource of(ConsulUri uri, Map<String, String> variables) {
        Duration wait = uri.options().duration("wait", DEFAULT_WAIT, Duration.ofSeconds(1), MAX_WAIT);
        URI base = URI.create((uri.tls() ? "https://" : "http://") + uri.authority());
        String serverName = uri.text("serverName");
        if (!serverName.isEmpty() && !ConsulHttp.isLiteral(base.getHost())) {
            throw new IllegalArgumentException("serverName: \"" + serverName + "\" with host \"" + base.getHost()
                    + "\" (expected: with an IP address only; a host name is its own server name)");
        }
        return new ConsulSource(
                base,
                token(uri, variables),
                uri.tls() ? Pem.FILES.context(file(uri, "ca"), file(uri, "cert"), file(uri, "key")) : null,
                serverName,
                wait,
                uri.options().duration("every", DEFAULT_EVERY, Duration.ofMillis(100), HOUR),
                Limits.DEFAULTS,
                rules(uri.options(), wait));
    }

    ConsulSource withLimits(Limits limits) {
        return new ConsulSource(base, token, tls, serverName, blocking, every, limits, rules);
    }

    /** How long to wait for an answer that is asked to wait itself. */
    static Duration answerWithin(Duration wait) {
        return wait.plus(wait.dividedBy(16)).plus(MARGIN);
    }

    private static SourceRules rules(UriOptions options, Duration wait) {
        return SourceRules.defaults()
                .withDebounce(Duration.ofMillis(100), Duration.ofMillis(300))
                .withReadTimeout(answerWithin(wait))
                .withGuards(
                        options.duration("emptyGuard", Duration.ZERO, Duration.ZERO, HOUR),
                        options.duration("shrinkGuard", Duration.ZERO, Duration.ZERO, HOUR));
    }

    private static @Nullable Path file(ConsulUri uri, String option) {
        String name = uri.text(option);
        return name.isEmpty() ? null : Path.of(name);
    }

    /**
     * An option before the environment, and there the secret before the file that holds it, as Consul's own tools do. The token of
     * the environment is for the Consul of the environment: anybody else that a definition names does not get it.
     */
    private static Token token(ConsulUri uri, Map<String, String> variables) {
        if (!uri.text("token").isEmpty()) {
            return fixed(uri.text("token"));
        }
        if (!uri.text("tokenEnv").isEmpty()) {
            String name = uri.text("tokenEnv");
            String value = variables.getOrDefault(name, "");
            if (value.isEmpty()) {
                throw new IllegalArgumentException("tokenEnv: \"" + name + "\" (expected: a variable that is set)");
            }
            return fixed(value);
        }
        String file = uri.text("tokenFile");
        return file.isEmpty() ? ofEnvironment(uri, variables) : () -> fromFile(Path.of(file));
    }

    private static Token ofEnvironment(ConsulUri uri, Map<String, String> variables) {
        String token = variables.getOrDefault("CONSUL_HTTP_TOKEN", "");
        String file = variables.getOrDefault("CONSUL_HTTP_TOKEN_FILE", "");
        if (token.isEmpty() && file.isEmpty()) {
            return fixed("");
        }
        if (!uri.ofEnvironment()) {
            return WITHHELD;
        }
        return token.isEmpty() ? () -> fromFile(Path.of(file)) : fixed(token);
    }

    private static Token fixed(String token) {
        String checked = checked(token);
        return () -> checked;
    }

    private static String fromFile(Path file) throws IOException {
        try {
            return checked(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("token file: \"" + file + "\" (expected: a readable file that holds a token)", e);
        }
    }

    private static String checked(String token) {
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("token: not shown (expected: visible ASCII characters)");
        }
        return token;
    }

    /** The name of the source in states and logs. */
    String name(String kind) {
        return kind + " " + base;
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
