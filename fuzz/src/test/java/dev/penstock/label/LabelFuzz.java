package dev.penstock.label;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.fuzz.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Labels: whatever they say becomes routes and services, or problems; rules are read or refused, never anything else. */
public final class LabelFuzz {
    private static final LabelReader READER = LabelReader.defaults();
    private static final List<String> KEYS = List.of(
            "traefik.http.routers.r.rule",
            "traefik.http.routers.r.priority",
            "traefik.http.routers.r.middlewares",
            "traefik.http.routers.r.entrypoints",
            "traefik.http.services.s.loadbalancer.server.port",
            "traefik.http.services.s.loadbalancer.healthcheck.path",
            "traefik.http.services.s.loadbalancer.healthcheck.interval",
            "traefik.http.services.s.loadbalancer.sticky.cookie.name",
            "traefik.enable",
            "penstock.host",
            "penstock.path",
            "penstock.port",
            "penstock.weight",
            "penstock.balancer");

    private LabelFuzz() {}

    /** The first byte says whether the rest is a rule, or lines of labels, those with a digit first of known keys. */
    public static void run(byte[] input) {
        var bytes = new Bytes(input);
        boolean rule = bytes.below(2) == 0;
        var text = new String(bytes.rest(), UTF_8);
        if (rule) {
            rule(text);
        } else {
            labels(text);
        }
    }

    private static void rule(String text) {
        try {
            Rule rule = RuleParser.parse(text);
            assertThat(rule).isNotNull();
        } catch (RuleException e) {
            assertThat(e.getMessage()).startsWith("at ").contains("expected: ");
        }
        labels("0=" + text.replace('\n', ' '));
    }

    private static void labels(String text) {
        Map<String, String> labels = new HashMap<>();
        for (String line : text.split("\n", 64)) {
            int equals = line.indexOf('=');
            String key = equals < 0 ? line : line.substring(0, equals);
            boolean known = key.length() == 1 && key.charAt(0) >= '0' && key.charAt(0) < '0' + KEYS.size();
            labels.put(known ? KEYS.get(key.charAt(0) - '0') : key, equals < 0 ? "" : line.substring(equals + 1));
        }
        Labelled read = READER.read(new LabelledThing("container fuzz", "fuzz", labels));
        assertThat(read.problems()).allSatisfy(problem -> assertThat(problem).isNotBlank());
        assertThat(LabelUnion.of(Map.of("fuzz", read))).isNotNull();
    }
}
