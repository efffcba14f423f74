package dev.penstock.fuzz;

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
    DNS(AnswerFuzz::run);

    @SuppressWarnings("ImmutableEnumChecker") // references to static methods hold nothing
    private final Consumer<byte[]> run;

    FuzzTarget(Consumer<byte[]> run) {
        this.run = run;
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
