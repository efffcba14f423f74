package dev.penstock.discovery.consul;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.UriOptions;
import dev.penstock.discovery.http.Call;
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
final class HealthAsking implements Asking<Listing> {
    /** Without hints: a safety net, spread out so that a thousand services ask twice a second together. */
    static final Duration STANDING_EVERY = Duration.ofMinutes(10);

    private final String healthy;
    private final String all;
    private final boolean warning;
    private final ConsulHttp http;

    HealthAsking(ServiceQuery query, ConsulHttp http) {
        UriOptions options = UriOptions.of(query.options());
        String target = Asking.target(
                "/v1/health/service/" + UriOptions.escaped(query.name()),
                options.query(Set.of("tag", "dc", "near", "stale", "consistent")));
        healthy = Asking.target(target, "passing=true");
        all = Asking.target(target, "passing=false");
        warning = options.flag("warning", false);
        this.http = http;
    }

    @Override
    public String target() {
        return warning ? all : healthy;
    }

    @Override
    public Listing read(Answer answer) throws IOException {
        answer.check();
        return ServiceEntries.read(answer.json("array"), warning);
    }

    @Override
    public CompletionStage<Listing> complete(Call<?> call, @Nullable Listing before, Listing now) {
        Set<String> gone = warning || before == null ? Set.of() : gone(before, now);
        if (gone.isEmpty()) {
            return CompletableFuture.completedFuture(now);
        }
        Call<Answer> question =
                http.ask(Asking.target(all, "index=1&wait=1s")); // every index is above 1: answered at once
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
