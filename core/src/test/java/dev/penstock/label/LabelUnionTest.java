package dev.penstock.label;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelUnionTest {
    private static Labelled read(String thing, String... labels) {
        Map<String, String> map = new HashMap<>();
        for (String label : labels) {
            int equals = label.indexOf('=');
            map.put(label.substring(0, equals), label.substring(equals + 1));
        }
        return LabelReader.defaults().read(new LabelledThing(thing, "web", map));
    }

    @Test
    void instancesOfOneService_areOneRouteAndOneService_whateverTheirPortsAndWeights() {
        LabelUnion union = LabelUnion.of(Map.of(
                "web-2", read("web-2", "penstock.host=a.test", "penstock.port=2", "penstock.weight=9"),
                "web-1", read("web-1", "penstock.host=a.test", "penstock.port=1")));

        assertThat(union.routes()).hasSize(1);
        assertThat(union.services()).containsExactly(new LabelService("web", 1, 1, "", true));
        assertThat(union.problems()).isEmpty();
    }

    @Test
    void thingsThatDisagree_theFirstInTextualOrderCounts_andTheOtherIsNamed() {
        LabelUnion union = LabelUnion.of(Map.of(
                "web-2", read("web-2", "penstock.host=b.test", "penstock.balancer=p2c", "penstock.nope=1x"),
                "web-3", read("web-3", "penstock.host=c.test", "penstock.balancer=p2c"),
                "web-1", read("web-1", "penstock.host=a.test")));

        assertThat(union.routes())
                .extracting(route -> route.match().host().text())
                .containsExactly("a.test");
        assertThat(union.services()).extracting(LabelService::balancer).containsExactly("");
        assertThat(union.problems())
                .satisfiesExactly(
                        problem -> assertThat(problem).startsWith("web-2: penstock.nope: unknown key"),
                        problem -> assertThat(problem)
                                .isEqualTo(
                                        "web-3: route \"web\" is not that of web-1 (expected: the same labels, or another"
                                                + " name)"),
                        problem -> assertThat(problem).startsWith("web-3: service \"web\" is not that of web-1"));
    }
}
