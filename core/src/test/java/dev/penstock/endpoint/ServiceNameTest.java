package dev.penstock.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceNameTest {
    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void names_thatNoUrlCouldName_areRefused(String name) {
        String expected = "\"" + name + "\" (expected: another one; in URLs it means a folder)";

        assertThatThrownBy(() -> ServiceName.of(name)).hasMessage("service name: " + expected);
        assertThatThrownBy(() -> ListenerSpec.of(name, "127.0.0.1:0")).hasMessage("listener name: " + expected);
        assertThatThrownBy(() -> new Route(name, Match.ALL, 0, ServiceName.of("site")))
                .hasMessage("route name: " + expected);
        assertThatThrownBy(() -> new Endpoint(name, "a.test", 80, 1, 0, Zone.UNKNOWN, Phase.ACTIVE, Map.of()))
                .hasMessage("endpoint id: " + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", ".a", "a.", "a/../b", "%2E"})
    void names_thatAreWrittenWithPercent_areNot(String name) {
        assertThat(ServiceName.of(name).value()).isEqualTo(name);
    }
}
