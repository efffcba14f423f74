package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random and mutated requests: each answer is one that the document tells, and what is refused changes nothing. */
class NativeApiFuzzTest {
    private static final int REQUESTS = 1_500;
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "PUT", "PUT", "PUT", "POST", "POST", "DELETE", "DELETE");
    private static final List<String> NAMES = List.of(
            "mine",
            "a",
            "orders",
            "web",
            "all",
            "%2F",
            "a%20b",
            "%",
            "%zz",
            "1",
            "2",
            "9",
            "127.0.0.1:9001",
            "\u00fc",
            "item");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[]",
            "{\"endpoints\":[\"127.0.0.1:1\"]}",
            "{\"address\":\"127.0.0.1:8091\"}",
            "{\"service\":\"mine\",\"host\":\"a.test\"}",
            "{\"service\":\"orders\"}",
            "{\"request\":\"GET http://a.test/x\",\"headers\":{\"a\":\"b\"}}",
            "{\"name\":\"x.yaml\",\"text\":\"listeners: [':80']\"}",
            "{\"listeners\":[{\"name\":\"mine\",\"address\":\"127.0.0.1:8090\"}],\"routes\":[{\"host\":\"a.test\","
                    + "\"service\":\"mine\"}],\"services\":{\"mine\":{\"endpoints\":[\"127.0.0.1:9003\"]}}}");
    private static final List<String> TAGS = List.of("*", "\"0\"", "W/\"0\"", ",", "\"");

    @ParameterizedTest
    @ValueSource(longs = {1, 2}) // seeds
    void anyRequest_isAnsweredAsDocumented_andWhatIsRefusedChangesNothing(long seed) {
        var random = new SplittableRandom(seed);
        int done = 0;
        try (var api = new NativeCalls()) {
            JsonNode paths = api.get("/v1/openapi.json").get("paths");
            List<Operation> operations = OpenApiTest.operations(api.penstock);
            for (int i = 0; i < REQUESTS; i++) {
                Operation operation = operations.get(random.nextInt(operations.size()));
                String method = random.nextInt(3) == 0 ? pick(random, METHODS) : operation.method();
                String path = path(random, operation.template());
                String body = body(random);
                String before = api.state();
                AdminResponse answer = random.nextInt(4) == 0
                        ? api.call(method, path, body, "if-match", pick(random, TAGS))
                        : api.call(method, path, body);
                String asked = "seed " + seed + ": " + method + " " + path + " " + body + ": " + answer.body();
                assertThat(answer.status()).as(asked).isNotEqualTo(500);
                if (answer.status() >= 400) {
                    assertThat(api.state()).as(asked).isEqualTo(before);
                    assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json");
                } else {
                    done++;
                }
                JsonNode documented = paths.get(operation.template()).get(method.toLowerCase(Locale.ROOT));
                if (documented != null && path.startsWith("/v1/") && matches(operation, path)) {
                    assertThat(documented.get("responses").has(String.valueOf(answer.status())))
                            .as(asked)
                            .isTrue();
                }
            }
        }
        assertThat(done).isGreaterThan(REQUESTS / 10); // guards the test itself
    }

    private static boolean matches(Operation operation, String target) {
        try {
            return operation.names(target.replaceFirst("\\?.*", "")) != null;
        } catch (ApiProblem e) {
            return true; // a name that cannot be decoded
        }
    }

    private static String path(SplittableRandom random, String template) {
        String path = template;
        while (path.contains("{")) {
            String name = pick(random, NAMES);
            path = path.substring(0, path.indexOf('{')) + name + path.substring(path.indexOf('}') + 1);
        }
        if (random.nextInt(20) == 0) {
            path += pick(random, List.of("/", "/x", "%00", "//"));
        }
        return switch (random.nextInt(8)) {
            case 0 -> path + "?dry-run=true";
            case 1 -> random.nextInt(4) == 0 ? path + "?x" : path;
            default -> path;
        };
    }

    private static String body(SplittableRandom random) {
        var body = new StringBuilder(pick(random, BODIES));
        for (int cuts = random.nextInt(4) == 0 ? random.nextInt(4) : 0; cuts > 0 && !body.isEmpty(); cuts--) {
            int at = random.nextInt(body.length());
            switch (random.nextInt(3)) {
                case 0 -> body.deleteCharAt(at);
                case 1 ->
                    body.insert(
                            at, pick(random, List.of("{", "}", "\"", ",", "[", "]", ":", "1", "\n", "\u0000", "null")));
                default -> body.setLength(at);
            }
        }
        return body.toString();
    }

    private static String pick(SplittableRandom random, List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
