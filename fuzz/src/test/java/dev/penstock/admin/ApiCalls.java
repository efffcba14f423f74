package dev.penstock.admin;

import dev.penstock.fuzz.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Requests of the admin API as an input chooses them. Immutable. */
final class ApiCalls {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "put");

    /** The API of servers, and what is beside the APIs. */
    private static final List<String> OTHERS = List.of(
            "GET /",
            "POST /server",
            "POST /server",
            "GET /server/{address}",
            "DELETE /server/{address}",
            "GET /server/{address}/filter",
            "PUT /server/{address}/filter",
            "GET /server/{address}/upstream",
            "POST /server/{address}/upstream",
            "GET /server/{address}/upstream/{key}",
            "PUT /server/{address}/upstream/{key}",
            "DELETE /server/{address}/upstream/{key}",
            "GET /server/{address}/fallback",
            "POST /server/{address}/fallback",
            "PUT /server/{address}/fallback/{key}",
            "DELETE /server/{address}/fallback/{key}",
            "GET /status",
            "GET /state",
            "GET /metrics",
            "GET /recent/{name}",
            "GET /ui");

    private static final List<String> NAMES = List.of(
            "mine",
            "orders",
            "web",
            "all",
            "127.0.0.1%3A0",
            ":0",
            "127.0.0.1-9001",
            "-",
            "-0",
            "1",
            "999999999999999999",
            "%2F",
            "a%20b",
            "%C3%BC",
            "%00",
            "%ff",
            "%ED%A0%80",
            "%25",
            "+",
            "item",
            "a.b%5B0%5D",
            "~1");
    private static final List<String> QUERIES =
            List.of("", "", "", "", "?dry-run=true", "?dry-run=false", "?dry-run=true&x", "?%zz", "?");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json",
            "application/json",
            "application/json",
            "application/json",
            "application/json",
            "application/json",
            "application/json",
            "application/json",
            "application/json",
            "Application/JSON ; charset=utf-8",
            "text/plain",
            "application/yaml",
            "",
            ";",
            "application/x-www-form-urlencoded");
    private static final List<String> TAGS =
            List.of("*", "\"0\"", "W/\"0\"", ",", "\"", "", "\"a\",\"b\"", "\u00ff", "{now}");

    static final String CONFIG =
            "{\"defaults\":{\"service\":{\"attempts\":2}},\"listeners\":[{\"name\":\"mine\",\"address\":"
                    + "\"127.0.0.1:0\",\"timeouts\":{\"drain\":\"0s\"}}],\"routes\":[{\"name\":\"r\",\"host\":\"a.test\",\"path\":\"/x/**\","
                    + "\"service\":\"mine\",\"middleware\":[{\"rateLimit\":{\"rate\":5}}]},{\"listeners\":\"mine\",\"name\":\"s\",\"service\":\"mine\"}],"
                    + "\"services\":{\"mine\":{\"balancer\":\"least_requests\",\"endpoints\":[{\"address\":\"127.0.0.1:1\",\"weight\":2},"
                    + "\"127.0.0.1:2\"],\"limits\":{\"requests\":9},\"fallback\":\"other\"},\"other\":{\"endpoints\":[\"127.0.0.1:3\"]}}}";
    private static final List<String> BODIES = List.of(
            CONFIG,
            "{}",
            "{\"endpoints\":[\"127.0.0.1:1\",{\"address\":\"127.0.0.1:2\",\"weight\":3,\"priority\":1}],\"balancer\":\"first\"}",
            "{\"address\":\"127.0.0.1:0\",\"limits\":{\"connections\":5}}",
            "{\"address\":\"127.0.0.1:{taken}\"}",
            "{\"service\":\"mine\",\"host\":\"a.test\",\"priority\":3}",
            "{\"service\":\"orders\"}",
            "{\"request\":\"GET http://a.test/x\",\"headers\":{\"a\":\"b\"},\"client\":\"127.0.0.1\",\"listener\":\"web\",\"all\":true}",
            "{\"name\":\"x.yaml\",\"text\":\"listeners: ['127.0.0.1:0']\\nservices: {a: {endpoints: ['127.0.0.1:1']}}\"}",
            "{\"address\":\"127.0.0.1:0\",\"upstreams\":[{\"Target\":\"127.0.0.1\",\"Port\":1,\"Weight\":2,\"Priority\":1}],"
                    + "\"fallbacks\":{\"127.0.0.1-2\":{\"Target\":\"127.0.0.1\",\"Port\":2}},\"filter\":{\"Hosts\":[\"a.test\"],"
                    + "\"PathPrefix\":\"/a\",\"Schemes\":[\"http\"]}}",
            "{\"Target\":\"127.0.0.1\",\"Port\":1,\"Weight\":3,\"Priority\":2}",
            "{\"Hosts\":[\"b.test\"],\"PathPrefix\":\"/b\",\"Schemes\":[\"https\"]}");

    private final List<String> operations;
    private final String taken;

    /** Operations of the native API, as in {@code GET /v1/services}; a port that somebody else has. */
    ApiCalls(List<String> natives, int taken) {
        operations = new ArrayList<>(OTHERS);
        operations.addAll(natives);
        this.taken = String.valueOf(taken);
    }

    /** The next request that an input says; the tag of what is defined now stands for the one asked for. */
    ApiCall next(Bytes bytes, String tag) {
        String operation = bytes.of(operations);
        int space = operation.indexOf(' ');
        String method = bytes.below(8) == 1 ? bytes.of(METHODS) : operation.substring(0, space);
        String template = operation.substring(space + 1);
        String target = filled(template, bytes);
        if (bytes.below(24) == 1) {
            target += bytes.of(List.of("/", "/x", "//", "%00", "/%2e%2e", ";x"));
            template = "";
        }
        target += bytes.of(QUERIES);
        Map<String, String> headers = new HashMap<>();
        String type = bytes.of(TYPES);
        if (!type.isEmpty()) {
            headers.put("Content-Type", type);
        }
        switch (bytes.below(12)) {
            case 1 -> headers.put("If-Match", bytes.of(TAGS).replace("{now}", tag));
            case 2 -> headers.put("If-None-Match", bytes.of(TAGS).replace("{now}", tag));
            case 3 -> headers.put("Origin", bytes.of(List.of("http://localhost", "http://b.test", "null", "")));
            case 4 -> headers.put("Host", bytes.of(List.of("127.0.0.1", "b.test", "[::1]", "a.test:99999")));
            case 5 -> headers.put("Authorization", bytes.of(List.of("Bearer", "Bearer x", "Basic eDp4", "")));
            case 6 -> headers.put("Sec-Fetch-Site", bytes.of(List.of("cross-site", "same-origin", "x")));
            case 7 -> headers.put("If-Match", "\"a\",".repeat(500 * (1 + bytes.below(3))));
            default -> {}
        }
        byte[] body = new byte[0];
        boolean bodiless = method.equals("GET") || method.equals("HEAD") || method.equals("DELETE");
        if (!bodiless || bytes.below(16) == 1) {
            body = JsonMutation.of(bytes.of(BODIES).replace("{taken}", taken), bytes);
        }
        return new ApiCall(method, template, target, headers, body);
    }

    private static String filled(String template, Bytes bytes) {
        String path = template;
        while (path.contains("{")) {
            String name = bytes.below(8) == 1 ? encoded(bytes) : bytes.of(NAMES);
            path = path.substring(0, path.indexOf('{')) + name + path.substring(path.indexOf('}') + 1);
        }
        return path;
    }

    /** Any bytes, each as %XX; now and then very many. */
    private static String encoded(Bytes bytes) {
        var name = new StringBuilder();
        for (int i = bytes.below(4) + 1; i > 0; i--) {
            name.append(String.format(Locale.ROOT, "%%%02X", bytes.below(256)));
        }
        return bytes.below(8) == 1 ? "x".repeat(3_000) + name : name.toString();
    }
}
