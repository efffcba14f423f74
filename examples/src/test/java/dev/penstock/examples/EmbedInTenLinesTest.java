package dev.penstock.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EmbedInTenLinesTest {
    @Test
    void gateway_ofOneStatement_balancesOverBothEndpoints() throws Exception {
        try (var first = EchoBackend.start("B1");
                var second = EchoBackend.start("B2");
                var gateway = EmbedInTenLines.start("127.0.0.1:0", first.address(), second.address());
                var client = RawClient.connect(gateway.port())) {
            String one = client.get("a", "/").echo().backend();
            String other = client.get("a", "/").echo().backend();
            assertThat(List.of(one, other)).containsExactlyInAnyOrder("B1", "B2"); // a round starts anywhere
        }
    }
}
