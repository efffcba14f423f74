package dev.penstock.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BalancerAloneTest {
    @Test
    void X08_nextEndpointForHostAndPath_isCalledAndReported() {
        try (var example = new BalancerAlone()) {
            Set<String> orders = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                orders.add(example.call("www.example.com", "/orders/7", address -> true));
            }
            assertThat(orders).containsExactlyInAnyOrder("127.0.0.1:9001 answered", "127.0.0.1:9002 answered");
            assertThat(example.call("www.example.com", "/", address -> false)).isEqualTo("127.0.0.1:9003 failed");
            assertThat(example.call("other.test", "/", address -> true)).isEqualTo("refused: NO_ROUTE");
        }
    }
}
