package dev.penstock.proxy;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.route.Match;
import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Gateways for tests, on the transport that the system property {@code penstock.transport} names. */
final class Proxied {
    static final Duration SOON = Duration.ofSeconds(20);

    private Proxied() {}

    static GatewayBuilder builder() {
        String transport = System.getProperty("penstock.transport", "auto").toUpperCase(Locale.ROOT);
        return Gateway.builder().transport(TransportChoice.valueOf(transport)).threads(1);
    }

    static ListenerSpec listener() {
        return ListenerSpec.of("web", "127.0.0.1:0");
    }

    static Gateway to(String... endpoints) {
        return to(UnaryOperator.identity(), listener(), endpoints);
    }

    static Gateway to(UnaryOperator<UpstreamTimeouts> timeouts, ListenerSpec listener, String... endpoints) {
        var service = ServiceSpec.of("site", endpoints);
        return builder()
                .listener(listener)
                .service(service.withTimeouts(timeouts.apply(service.timeouts())))
                .route(Match.ALL, "site")
                .start();
    }
}
