package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Zone;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTextTest {
    private static final PlainRequest REQUEST = PlainRequest.get("http://a.test/");

    private static List<String> lines(ServiceSpec... services) {
        var builder =
                Penstock.builder().route(Match.ALL.withHost("b.test"), "site").route(Match.ALL, "site");
        for (ServiceSpec service : services) {
            builder.service(service);
        }
        try (var penstock = builder.build()) {
            return ExplanationText.lines(penstock.explain(REQUEST), REQUEST.host());
        }
    }

    @Test
    void lines_ofAServiceWithoutEndpoints_sayWhoStandsInForIt() {
        assertThat(lines(
                        ServiceSpec.of("site").withFallback(Fallback.to("spare")),
                        ServiceSpec.of("spare", "10.0.0.2:80")))
                .contains(
                        "  (and 1 route of other hosts)",
                        "passed over for its fallback: service \"site\" has no endpoint to use: none known",
                        "service \"spare\"",
                        "  10.0.0.2:80: weight 1, 0 in flight  <- picked",
                        "goes to 10.0.0.2:80");
    }

    @Test
    void lines_tellZones_ifThereAreSeveral() {
        Endpoint near = Endpoint.parse("10.0.0.1:80").withZone(new Zone("near"));
        Endpoint far = Endpoint.parse("10.0.0.2:80").withWeight(0);

        assertThat(lines(ServiceSpec.of("site").withEndpoints(List.of(near, far))))
                .contains("  zone \"near\": 1 of 1 may be picked", "  zone unknown: 0 of 1 may be picked")
                .contains("  10.0.0.2:80: no, weight 0");
    }

    @Test
    void lines_ofARequestWithoutAnEndpoint_sayWhyItIsRefused() {
        assertThat(lines(ServiceSpec.of("site")))
                .last()
                .isEqualTo("is refused: service \"site\" has no endpoint to use: none known");
    }
}
