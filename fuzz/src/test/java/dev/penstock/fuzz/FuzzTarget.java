package dev.penstock.fuzz;

import dev.penstock.admin.ApiFuzz;
import dev.penstock.config.ConfigurationFuzz;
import dev.penstock.discovery.dns.AnswerFuzz;
import dev.penstock.label.LabelFuzz;
import dev.penstock.proxy.ProxyHeaderFuzz;
import dev.penstock.proxy.RequestFuzz;
import dev.penstock.proxy.ResponseFuzz;
import dev.penstock.route.RouteFuzz;
import java.util.Locale;
import java.util.function.Consumer;

/** What is fuzzed. */
public enum FuzzTarget {
    /** Requests, head and body, split anywhere. */
    REQUEST(RequestFuzz::run),
    /** The body of a chunked request. */
    CHUNKS(RequestFuzz::runChunked),
    /** Answers of an endpoint. */
    RESPONSE(ResponseFuzz::run),
    /** PROXY headers. */
    PROXY(ProxyHeaderFuzz::run),
    /** Configuration files, as YAML and as JSON. */
    CONFIGURATION(ConfigurationFuzz::run),
    /** Routes and requests. */
    ROUTES(RouteFuzz::run),
    /** Labels of containers, Traefik's rules among them. */
    LABELS(LabelFuzz::run),
    /** Answers of nameservers. */
    DNS(AnswerFuzz::run),
    /** The admin API, over connections: slow, so that a short run takes longer. */
    API(ApiFuzz::run, 20);

    @SuppressWarnings("ImmutableEnumChecker") // references to static methods hold nothing
    private final Consumer<byte[]> run;

    private final int shortSeconds;

    FuzzTarget(Consumer<byte[]> run) {
        this(run, 6);
    }

    FuzzTarget(Consumer<byte[]> run, int shortSeconds) {
        this.run = run;
        this.shortSeconds = shortSeconds;
    }

    /** How long a short run of it takes at most. */
    int shortSeconds() {
        return shortSeconds;
    }

    /** Its word in commands and its directory of the corpus. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Feeds it with one input; throws whatever is wrong. */
    public void run(byte[] input) {
        run.accept(input);
    }
}
