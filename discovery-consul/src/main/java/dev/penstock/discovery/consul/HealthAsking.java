package dev.penstock.discovery.consul;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the healthy instances of a service. Immutable.
 *
 * <p>Consul leaves instances in maintenance out, with the failing ones. So when instances have gone, a second question,
 * for all of them, tells which of those are in maintenance: these drain.
 */
final class HealthAsking implements BlockingReader.Asking {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    /** Without hints: a safety net, spread out so that a thousand services ask twice a second together. */
    private static final Duration STANDING = Duration.ofMinutes(10);

    private final ServiceQuery query;
    private final String path;
    private final String options;
    private final boolean warning;
    private final ConsulHttp http;
    private final Gate gate;

    HealthAsking(ServiceQuery query, ConsulHttp http, Gate gate) {
        this.query = query;
        path = "/v1/health/service/" + ConsulUri.encode(query.name()) + "?";
        var given = new StringBuilder();
        Options.append(given, query.options(), "dc", "near");
        for (String tag : query.options().getOrDefault("tag", "").split(",", -1)) {
            if (!tag.isEmpty()) {
                given.append("&tag=").append(ConsulUri.encode(tag));
            }
        }
        options = given.toString();
        warning = query.options().containsKey("warning");
        this.http = http;
        this.gate = gate;
    }

    @Override
    public ServiceQuery query() {
        return query;
    }

    @Override
    public Duration standingEvery() {
        return STANDING;
    }

    @Override
    public String path() {
        return path + (warning ? "passing=false" : "passing=true") + options;
    }

    @Override
    public Listing read(Answer answer) throws IOException {
        answer.check();
        return ServiceEntries.read(answer.json("array"), warning);
    }

    @Override
    public CompletionStage<Listing> complete(Call<Listing> call, @Nullable Listing before, Listing now) {
        Set<String> gone = warning || before == null ? Set.of() : gone(before, now);
        if (gone.isEmpty()) {
            return CompletableFuture.completedFuture(now);
        }
        Call<Answer> question = gate.ask(() -> http.get(path + "passing=false&index=1&wait=1s" + options, AT_ONCE));
        call.over(question);
        return question.handle((answer, problem) -> problem == null ? withLeaving(now, answer, gone) : now);
    }

    private static Set<String> gone(Listing before, Listing now) {
        Set<String> gone = before.endpoints().stream().map(Endpoint::id).collect(Collectors.toSet());
        now.endpoints().forEach(endpoint -> gone.remove(endpoint.id()));
        return gone;
    }

    /** An answer that cannot be read changes nothing: then they are just gone. */
    private static Listing withLeaving(Listing now, Answer answer, Set<String> gone) {
        try {
            answer.check();
            List<Endpoint> endpoints = new ArrayList<>(now.endpoints());
            for (Endpoint endpoint :
                    ServiceEntries.read(answer.json("array"), false).endpoints()) {
                if (endpoint.phase() == Phase.DRAINING && gone.contains(endpoint.id())) {
                    endpoints.add(endpoint);
                }
            }
            return new Listing(endpoints, now.skipped(), now.nextRead());
        } catch (IOException e) {
            return now;
        }
    }
}
