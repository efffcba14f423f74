package dev.penstock;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.AddPrefix;
import dev.penstock.middleware.AddressList;
import dev.penstock.middleware.BasicAuth;
import dev.penstock.middleware.BodyLimit;
import dev.penstock.middleware.Compression;
import dev.penstock.middleware.Foreseen;
import dev.penstock.middleware.HeaderEdits;
import dev.penstock.middleware.InFlightLimit;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.PasswordHash;
import dev.penstock.middleware.RateLimit;
import dev.penstock.middleware.Redirect;
import dev.penstock.middleware.RouteGate;
import dev.penstock.middleware.Split;
import dev.penstock.middleware.StripPrefix;
import dev.penstock.middleware.Verdict;
import dev.penstock.request.PlainRequest;
import dev.penstock.resolve.AddressRange;
import dev.penstock.route.Match;
import dev.penstock.route.Routing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MiddlewareExplanationTest {
    private static final PlainRequest REQUEST =
            PlainRequest.get("http://a.test/api/x?token=secret").withClient("9.9.9.9");
    private static final PasswordHash HASH =
            PasswordHash.parse("pbkdf2_sha256$1000$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=");

    private static Penstock with(Middleware... middleware) {
        return Penstock.builder()
                .service(ServiceSpec.of("site", "10.0.0.1:80"))
                .service(ServiceSpec.of("next", "10.0.0.2:80"))
                .route(RouteSpec.of(Match.ALL, "site").withMiddleware(middleware))
                .build();
    }

    private static List<String> would(PlainRequest request, Middleware... middleware) {
        try (var penstock = with(middleware)) {
            return penstock.explain(request).middleware().stream()
                    .map(Foreseen::would)
                    .toList();
        }
    }

    @Test
    void explain_namesEachPieceInItsOrder_andWhatItWouldDo() {
        assertThat(would(
                        REQUEST,
                        new AddressList(List.of(AddressRange.parse("9.0.0.0/8")), List.of()),
                        RateLimit.of(1, Duration.ofSeconds(1)),
                        new InFlightLimit(1),
                        new StripPrefix(List.of("/api")),
                        new StripPrefix(List.of("/other")),
                        new AddPrefix("/v1"),
                        new HeaderEdits(true, List.of("Server"), Map.of(), Map.of()),
                        new BodyLimit(10),
                        Compression.defaults()))
                .containsExactly(
                        "let it pass",
                        "let it pass",
                        "let it pass",
                        "make the path /x",
                        "let it pass",
                        "make the path /v1/x",
                        "change the headers of the answer",
                        "let it pass",
                        "compress the answer if it is of such a kind and the client takes it");
    }

    @Test
    void explain_ofARequestThatIsAnswered_saysHow_andGivesNoEndpoint() {
        try (var penstock = with(
                new AddressList(List.of(), List.of(AddressRange.parse("9.9.9.9"))), new StripPrefix(List.of("/api")))) {
            var explanation = penstock.explain(REQUEST);

            assertThat(explanation.middleware())
                    .containsExactly(
                            new Foreseen("addresses, deny [9.9.9.9]", "answer 403 address_denied", 403),
                            new Foreseen("strip /api", "not be reached", 0));
            assertThat(explanation.picked()).isNull();
            assertThat(explanation.service()).isEqualTo("site");
            assertThat(explanation.candidates()).hasSize(1);
        }
    }

    @Test
    void explain_tellsNoQueryAndNoPassword() {
        var auth = new BasicAuth("realm", Map.of("me", HASH), false);

        assertThat(would(REQUEST, new Redirect("https", "", 0, "", 308)))
                .containsExactly("answer 308, to https://a.test/api/x");
        assertThat(would(REQUEST, auth)).containsExactly("answer 401 credentials_missing");
        assertThat(would(REQUEST.withHeader("Authorization", "Basic bWU6c2VjcmV0"), auth))
                .containsExactly("let it pass if the password is right");
        assertThat(would(REQUEST.withHeader("Content-Length", "11"), new BodyLimit(10)))
                .containsExactly("answer 413");
        assertThat(would(PlainRequest.get("http://a.test/api/../x"), auth))
                .containsExactly("answer 400, for its dot segments");
    }

    @Test
    void explain_takesNothing_andForeseesTheTurnOfTheSplit() {
        try (var penstock = with(
                RateLimit.of(1, Duration.ofHours(1)),
                new InFlightLimit(1),
                new Split(Map.of(ServiceName.of("next"), 50)))) {
            var to = (Routing.To) penstock.table().route(REQUEST);
            RouteGate gate = requireNonNull(penstock.table().gate(to));
            for (int i = 0; i < 10; i++) {
                var explanation = penstock.explain(REQUEST);
                assertThat(explanation.middleware()).noneMatch(Foreseen::ends);
                assertThat(explanation.service())
                        .isEqualTo(gate.service(to.route().service()).value());
            }
            var passage = gate.enter(REQUEST, "http");
            assertThat(passage.go()).isEqualTo(Verdict.PASS);
            assertThat(penstock.explain(REQUEST).middleware().get(0).would()).isEqualTo("answer 429 rate_limited");
            assertThat(penstock.explain(REQUEST.withClient("8.8.8.8"))
                            .middleware()
                            .get(1)
                            .would())
                    .isEqualTo("answer 503 route_limit_reached");
            passage.end();
            assertThat(gate.refused()).isEmpty();
        }
    }
}
