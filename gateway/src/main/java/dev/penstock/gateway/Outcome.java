package dev.penstock.gateway;

import dev.penstock.Explanation;
import dev.penstock.catalog.ErrorAnswers;
import dev.penstock.config.RequestCase.Aspect;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.middleware.Foreseen;
import dev.penstock.route.Routing;
import dev.penstock.service.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request, in the words that tests of a configuration use. Immutable.
 *
 * @param route the name of the route that matches; empty if none does
 * @param service the name of the service that it would go to; empty where it goes to none
 * @param endpoint which one it would get; null where it gets none
 * @param answer the status that the gateway itself would answer; {@code 0} where an endpoint answers
 */
record Outcome(String route, String service, @Nullable Endpoint endpoint, int answer) {
    static Outcome of(Explanation explanation, ErrorAnswers answers) {
        int answer = answer(explanation, answers);
        return new Outcome(
                explanation.routing() instanceof Routing.To to ? to.route().name() : "",
                answer == 0 ? explanation.service() : "",
                explanation.picked(),
                answer);
    }

    private static int answer(Explanation explanation, ErrorAnswers answers) {
        for (Foreseen piece : explanation.middleware()) {
            if (piece.ends()) {
                return piece.status();
            }
        }
        if (explanation.routing() instanceof Routing.Reject reject) {
            return reject.status();
        }
        Refusal refusal = explanation.refusal();
        if (refusal == null) {
            return 0;
        }
        return switch (refusal.reason()) {
            case NO_ROUTE -> answers.noRouteStatus();
            case NO_ENDPOINTS -> answers.noEndpointsStatus();
            default -> refusal.reason().status();
        };
    }

    /** Tells whether one of the values is what is found. */
    boolean isOneOf(Aspect aspect, List<String> values) {
        return values.contains(text(aspect))
                || (aspect == Aspect.ENDPOINT && endpoint != null && values.contains(endpoint.id()));
    }

    /** What is found, for a report: {@code "orders"}, or {@code none}. */
    String shown(Aspect aspect) {
        String text = text(aspect);
        return text.isEmpty() ? "none" : '"' + text + '"';
    }

    private String text(Aspect aspect) {
        return switch (aspect) {
            case ROUTE -> route;
            case SERVICE -> service;
            case ENDPOINT -> endpoint == null ? "" : endpoint.address();
            case ANSWER -> answer == 0 ? "" : Integer.toString(answer);
        };
    }
}
