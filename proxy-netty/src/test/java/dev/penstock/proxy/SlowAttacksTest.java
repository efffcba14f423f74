package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.attack.Finding;
import dev.penstock.attack.Origin;
import dev.penstock.attack.SlowAttack;
import dev.penstock.attack.SlowPack;
import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every attack by time and amount, all at once: ended in time, or held back where nothing is lost by that. */
class SlowAttacksTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void F20_slowAttacks_allAtOnce_areEnded_andOthersServed() throws Exception {
        ListenerSpec listener = ListenerSpec.of("127.0.0.1:0");
        ClientTimeouts timeouts = listener.timeouts();
        try (var origin = Origin.open(0);
                var gateway = Gateway.builder()
                        .listener(listener.withTimeouts(timeouts.withHeader(SHORT)
                                .withBody(SHORT)
                                .withIdle(SHORT)
                                .withWrite(SHORT)))
                        .service(ServiceSpec.of("site", "127.0.0.1:" + origin.port()))
                        .route(Match.ALL, "site")
                        .start()) {
            var proxy = new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());

            assertThat(new SlowPack(proxy, origin).run(SlowPack.attacks(), new SlowAttack.Limit(30_000, 100)))
                    .allMatch(Finding::isBest);
        }
    }
}
