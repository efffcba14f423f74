package dev.penstock;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.middleware.Foreseen;
import dev.penstock.middleware.RequestPath;
import dev.penstock.request.Request;
import dev.penstock.route.RouteTable;
import dev.penstock.route.RouteVerdict;
import dev.penstock.route.Router;
import dev.penstock.route.Routing;
import dev.penstock.service.EndpointHealth;
import dev.penstock.service.LimitStatus;
import dev.penstock.service.Origin;
import dev.penstock.service.Outlook;
import dev.penstock.service.Preview;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request at one moment, and why. Immutable.
 *
 * @param routes the routes considered, in the order asked, each with the first condition that failed; up to and with the
 *     one that matched. Empty where a router of its own decides
 * @param routing what the router says
 * @param middleware what each piece between the route and its service would do, in their order; that a path can be read as another
 *     one comes before all of them
 * @param passed why each service was passed over for its fallback, the first one first
 * @param service the name of the chosen service, which may be a fallback; empty where there is none
 * @param candidates the endpoints that might be picked
 * @param excluded the endpoints that might not
 * @param limits how the limits of the service do; null where there is none
 * @param picked the endpoint that the request would get; null where it would be refused, or ends at the middleware
 * @param panic whether unhealthy endpoints may be picked as well, since too few are healthy
 * @param refusal why it would be refused; null where it would not, or not by the service
 * @param outlook how the service comes to its pick, and what would follow
 */
public record Explanation(
        List<RouteVerdict> routes,
        Routing routing,
        List<Foreseen> middleware,
        List<Refusal> passed,
        String service,
        List<Considered> candidates,
        List<PassedOver> excluded,
        @Nullable LimitStatus limits,
        @Nullable Endpoint picked,
        boolean panic,
        @Nullable Refusal refusal,
        Outlook outlook) {
    /** Copies the lists. */
    public Explanation {
        routes = List.copyOf(routes);
        middleware = List.copyOf(middleware);
        passed = List.copyOf(passed);
        requireNonNull(routing, "routing");
        requireNonNull(service, "service");
        candidates = List.copyOf(candidates);
        excluded = List.copyOf(excluded);
        requireNonNull(outlook, "outlook");
    }

    /**
     * The tiers of the service.
     *
     * @return for each priority, those preferred first, how many endpoints it has and how many of them may be picked
     */
    public SortedMap<Integer, Tally> tiers() {
        return tallies(Endpoint::priority, new TreeMap<>());
    }

    /**
     * The zones of the service.
     *
     * @return for each how many endpoints it has and how many of them may be picked, in the textual order of their names
     */
    public SortedMap<String, Tally> zones() {
        return tallies(endpoint -> endpoint.zone().name(), new TreeMap<>());
    }

    private <K> SortedMap<K, Tally> tallies(Function<Endpoint, K> key, SortedMap<K, Tally> tallies) {
        BinaryOperator<Tally> sum =
                (one, other) -> new Tally(one.members() + other.members(), one.eligible() + other.eligible());
        candidates.forEach(one -> tallies.merge(key.apply(one.endpoint()), new Tally(1, 1), sum));
        excluded.forEach(one -> tallies.merge(key.apply(one.endpoint()), new Tally(1, 0), sum));
        return tallies;
    }

    /**
     * An endpoint that might be picked.
     *
     * @param endpoint as its source described it
     * @param weight its share of traffic, as it counts now: of all endpoints alike ten times as much while one of them is in its
     *     slow start
     * @param inFlight requests sent to it and not yet ended
     * @param started requests given to it since it was first seen
     * @param failed requests that it failed
     * @param health what is known of its health
     * @param origin where it was found
     * @param circuit what its own circuit breaker does; null where it has none, or none was needed yet
     */
    public record Considered(
            Endpoint endpoint,
            int weight,
            int inFlight,
            long started,
            long failed,
            EndpointHealth health,
            Origin origin,
            CircuitBreaker.@Nullable Phase circuit) {}

    /**
     * An endpoint that might not be picked.
     *
     * @param endpoint as its source described it
     * @param why one sentence
     * @param health what is known of its health
     * @param origin where it was found
     */
    public record PassedOver(Endpoint endpoint, String why, EndpointHealth health, Origin origin) {}

    static Explanation of(Table table, Router router, Request request) {
        List<RouteVerdict> routes = router instanceof RouteTable compiled ? considered(compiled, request) : List.of();
        var foreseen = router instanceof ContainedRouter contained
                ? contained.foresee(request)
                : new ContainedRouter.Foreseen(router.route(request), null);
        Routing routing = foreseen.routing();
        if (!(routing instanceof Routing.To to)) {
            Refusal refusal = foreseen.fault() == null ? table.refusal(routing) : foreseen.fault();
            return new Explanation(
                    routes,
                    routing,
                    List.of(),
                    List.of(),
                    "",
                    List.of(),
                    List.of(),
                    null,
                    null,
                    false,
                    refusal,
                    Outlook.NONE);
        }
        String name = to.route().service().value();
        List<Foreseen> middleware = middleware(table, to, request);
        boolean answered = middleware.stream().anyMatch(Foreseen::ends);
        Service asked = table.foreseenService(to);
        if (asked == null) {
            return new Explanation(
                    routes,
                    routing,
                    middleware,
                    List.of(),
                    name,
                    List.of(),
                    List.of(),
                    null,
                    null,
                    false,
                    table.refusal(routing),
                    Outlook.NONE);
        }
        List<Refusal> passed = new ArrayList<>();
        Preview preview = asked.preview(request);
        Refusal refusal = refusal(asked, preview);
        for (Service next = table.fallback(asked);
                refusal != null && next != null && passed.size() < Table.MOST_FALLBACKS;
                next = table.fallback(asked)) {
            passed.add(refusal);
            asked = next;
            preview = next.preview(request);
            refusal = refusal(next, preview);
        }
        Service service = asked;
        List<Member> members = preview.snapshot().members();
        return new Explanation(
                routes,
                routing,
                middleware,
                passed,
                service.spec().name().value(),
                members.stream()
                        .filter(Member::eligible)
                        .map(member -> considered(service, member))
                        .toList(),
                members.stream()
                        .filter(member -> !member.eligible())
                        .map(member -> new PassedOver(
                                member.endpoint(), member.excluded(), health(service, member), member.origin()))
                        .toList(),
                service.limits(),
                answered ? null : preview.picked(),
                preview.snapshot().panic(),
                preview.refusal(),
                service.outlook(request));
    }

    private static List<Foreseen> middleware(Table table, Routing.To to, Request request) {
        if (table.isStrict() && RequestPath.hasDots(request.path())) {
            return List.of(new Foreseen("paths that all read the same way", "answer 400, for its dot segments", 400));
        }
        return table.gate(to.route()).map(gate -> gate.foresee(request)).orElse(List.of());
    }

    /** Why a service would be passed over for its fallback. */
    private static @Nullable Refusal refusal(Service service, Preview preview) {
        return service.fallbackSwitch().isAway()
                ? new Refusal(
                        Reason.UNREACHABLE,
                        "service \"" + service.spec().name() + "\": no endpoint could be reached; tried now and then")
                : preview.refusal();
    }

    private static List<RouteVerdict> considered(RouteTable table, Request request) {
        List<RouteVerdict> all = table.explain(request);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).matched()) {
                return all.subList(0, i + 1);
            }
        }
        return all;
    }

    private static EndpointHealth health(Service service, Member member) {
        return service.health(member.endpoint().id());
    }

    private static Considered considered(Service service, Member member) {
        var load = member.load();
        return new Considered(
                member.endpoint(),
                member.weight(),
                load.inFlight(),
                load.started(),
                load.failed(),
                health(service, member),
                member.origin(),
                member.circuit());
    }
}
