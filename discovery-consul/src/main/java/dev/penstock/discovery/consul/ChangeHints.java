package dev.penstock.discovery.consul;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.SourceLoop;
import dev.penstock.endpoint.ServiceName;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Two blocking queries in place of hundreds: they tell that something changed, and as far as they can, where. Thread-safe.
 *
 * <p>The states of all checks name the services that changed; the catalog tells that some registration changed, but not
 * which. So a change of checks has its services read again at once, and a change of the catalog has all of them read,
 * one sweep in half a second at most. Both are only hints: what is read counts.
 */
final class ChangeHints implements AutoCloseable {
    private static final ServiceName CHECKS = ServiceName.of("checks");
    private static final ServiceName CATALOG = ServiceName.of("catalog");

    private final SourceLoop checks;
    private final SourceLoop catalog;
    private final Consumer<Set<String>> changed;
    private final Runnable all;
    private Map<String, Integer> known = Map.of();
    private boolean primed;

    /**
     * Asks nothing until {@link #start()}.
     *
     * @param options parameters for all questions
     * @param changed told the services whose checks changed
     * @param all told that any service may have changed
     */
    ChangeHints(
            String options,
            ConsulHttp http,
            ConsulSource source,
            DiscoveryContext context,
            Consumer<Set<String>> changed,
            Runnable all) {
        this.changed = changed;
        this.all = all;
        checks = loop(
                CHECKS, Asking.of(Asking.target("/v1/health/state/any", options), this::checks), http, source, context);
        catalog = loop(
                CATALOG,
                Asking.of(Asking.target("/v1/catalog/services", options), this::catalog),
                http,
                source,
                context);
    }

    private static <T> SourceLoop loop(
            ServiceName name, Asking<T> asking, ConsulHttp http, ConsulSource source, DiscoveryContext context) {
        var poll = new LongPoll<>(asking, http, context.ticker());
        return new SourceLoop(
                name,
                source.name("consul"),
                () -> poll.read(source.blocking())
                        .map(found -> Listing.of(List.of()).withNextRead(found.nextRead())),
                source.rules(),
                context);
    }

    void start() {
        checks.start();
        catalog.start();
    }

    /** An answer tells that there is news; the first after a failure may. */
    private long catalog(Answer answer) throws IOException {
        answer.check();
        all.run();
        return answer.index();
    }

    /** One answer at a time comes here, from its loop. */
    private Map<String, Integer> checks(Answer answer) throws IOException {
        answer.check();
        Map<String, Integer> now = new HashMap<>();
        for (JsonNode check : answer.json("array")) {
            String service = check.path("ServiceName").asText();
            int hash = (check.path("Node").asText()
                            + '/'
                            + check.path("CheckID").asText()
                            + '/'
                            + check.path("Status").asText())
                    .hashCode();
            now.merge(service, hash, Integer::sum);
        }
        Set<String> different = new HashSet<>();
        now.forEach((service, hash) -> {
            if (!hash.equals(known.get(service))) {
                different.add(service);
            }
        });
        known.keySet().stream().filter(service -> !now.containsKey(service)).forEach(different::add);
        boolean node = different.remove(""); // a check of a node concerns every service there
        boolean first = !primed;
        primed = true;
        known = now;
        if (first || node) {
            all.run();
        } else if (!different.isEmpty()) {
            changed.accept(different);
        }
        return now;
    }

    @Override
    public void close() {
        checks.close();
        catalog.close();
    }
}
