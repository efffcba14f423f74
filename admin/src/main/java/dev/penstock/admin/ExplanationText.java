package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import dev.penstock.Explanation;
import dev.penstock.Explanation.Considered;
import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.discovery.DiscoveryRegistry;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.Health;
import dev.penstock.middleware.Foreseen;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.RouteVerdict;
import dev.penstock.service.EndpointHealth;
import dev.penstock.service.LimitStatus;
import dev.penstock.service.Outlook.Retrying;
import dev.penstock.service.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An explanation as a text for people: what was asked, in the order in which it was asked. Confined to one explanation. */
public final class ExplanationText {
    private final Explanation explanation;
    private final List<String> lines = new ArrayList<>();

    private ExplanationText(Explanation explanation) {
        this.explanation = requireNonNull(explanation, "explanation");
    }

    /**
     * The text.
     *
     * @param explanation what is told
     * @param host of the request: routes of other hosts are only counted; empty: each route is told
     * @return its lines, indented by blanks
     */
    public static List<String> lines(Explanation explanation, String host) {
        var text = new ExplanationText(explanation);
        text.routes(host);
        text.middleware();
        text.service();
        text.endpoints();
        text.outcome();
        return List.copyOf(text.lines);
    }

    /**
     * What was asked, as the line above these.
     *
     * @param asked as people wrote it
     * @param request what that came to
     * @return one line
     */
    public static String title(String asked, PlainRequest request) {
        String from = request.client().isEmpty() ? "" : " from " + request.client();
        String by = request.listener().isEmpty() ? " by no listener" : " by listener \"" + request.listener() + '"';
        return asked.strip() + from + by;
    }

    private void routes(String host) {
        if (explanation.routes().isEmpty()) {
            return;
        }
        lines.add("routes, in the order asked:");
        int passed = 0;
        for (RouteVerdict verdict : explanation.routes()) {
            String name = "  " + quoted(verdict.route().name());
            if (verdict.matched()) {
                lines.add(name + ": matches");
            } else if (host.isEmpty() || verdict.route().match().host().matches(host)) {
                lines.add(name + ": no, " + verdict.failed());
            } else {
                passed++;
            }
        }
        if (passed > 0) {
            lines.add("  (and " + counted(passed, "route") + " of other hosts)");
        }
    }

    private void middleware() {
        if (explanation.middleware().isEmpty()) {
            return;
        }
        lines.add("middleware:");
        explanation.middleware().forEach(piece -> lines.add("  " + piece.piece() + ": would " + piece.would()));
    }

    private void service() {
        for (Refusal refusal : explanation.passed()) {
            lines.add("passed over for its fallback: " + refusal.detail());
        }
        if (explanation.service().isEmpty()) {
            return;
        }
        lines.add("service " + quoted(explanation.service())
                + (explanation.panic() ? ", in panic: too few are healthy" : ""));
        LimitStatus limits = explanation.limits();
        if (limits != null) {
            lines.add("  limits: " + limits.inFlight() + " of " + limits.limit() + " at once, " + limits.waiting()
                    + " waiting" + (limits.circuit() == null ? "" : ", circuit " + word(limits.circuit())));
        }
        Map<String, Tally> zones = explanation.zones();
        if (zones.size() > 1) {
            zones.forEach((zone, tally) -> lines.add("  zone " + (zone.isEmpty() ? "unknown" : quoted(zone)) + ": "
                    + tally.eligible() + " of " + tally.members() + " may be picked"));
        }
    }

    private void endpoints() {
        for (Considered one : explanation.candidates()) {
            lines.add("  " + named(one.endpoint()) + ": weight " + one.weight() + ", " + one.inFlight() + " in flight"
                    + (one.failed() == 0 ? "" : ", " + one.failed() + " of " + one.started() + " failed")
                    + known(one.health())
                    + (one.circuit() == null ? "" : ", circuit " + word(one.circuit()))
                    + found(one.origin().source())
                    + (one.endpoint().equals(explanation.picked()) ? "  <- picked" : ""));
        }
        explanation
                .excluded()
                .forEach(one -> lines.add("  " + named(one.endpoint()) + ": no, " + one.why()
                        + found(one.origin().source())));
        explanation.outlook().remarks().forEach(remark -> lines.add("  " + remark));
    }

    private void outcome() {
        Refusal refusal = explanation.refusal();
        Endpoint picked = explanation.picked();
        if (picked != null) {
            lines.add("goes to " + named(picked) + attempts());
            Endpoint shadow = explanation.outlook().shadow();
            if (shadow != null) {
                lines.add("  the rule beside it would pick " + named(shadow));
            }
        } else if (explanation.middleware().stream().anyMatch(Foreseen::ends)) {
            lines.add("goes to no endpoint: the middleware answers it");
        } else if (refusal != null) {
            lines.add("is refused: " + refusal.detail());
        }
    }

    private String attempts() {
        List<Endpoint> next = explanation.outlook().attempts();
        Retrying retrying = explanation.outlook().retrying();
        if (next.size() < 2 || retrying.attempts() < 2) {
            return "";
        }
        return "; were that to fail, to "
                + next.stream().skip(1).map(ExplanationText::named).collect(Collectors.joining(", then to "))
                + (retrying.repeats() ? "" : " if nothing of it had arrived");
    }

    private static String known(EndpointHealth health) {
        String text = health.health() == Health.UNKNOWN ? "" : ", " + word(health.health());
        return health.growthPercent() == 100 ? text : text + ", slow start at " + health.growthPercent() + " %";
    }

    private static String found(String source) {
        return source.equals(DiscoveryRegistry.FIXED) ? "" : ", from " + source;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String named(Endpoint endpoint) {
        String address = endpoint.address();
        return endpoint.id().equals(address) ? address : address + " (" + endpoint.id() + ")";
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
