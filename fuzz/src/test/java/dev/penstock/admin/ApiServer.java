package dev.penstock.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.Penstock;
import dev.penstock.runtime.GatewayRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A gateway with its admin listener on loopback, one for the whole process. Confined to one thread. */
final class ApiServer {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
    private static final String FILE = """
            listeners: [{name: web, address: '127.0.0.1:0'}]
            routes: [{name: all, service: orders}]
            services: {orders: {endpoints: ['127.0.0.1:9001', '127.0.0.1:9002']}}
            admin: 127.0.0.1:0
            """;

    private final GatewayRuntime runtime =
            GatewayRuntime.start(GatewayRuntime.reader().read("web.yaml", FILE));
    private final ServerSocket taken = bound();
    private final int port;
    private final List<String> operations = new ArrayList<>();
    private final Map<String, Set<String>> documented = new HashMap<>();

    private ApiServer() {
        String address = runtime.adminAddress().orElseThrow();
        port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        JsonNode paths = tree(get("/v1/openapi.json").body()).get("paths");
        paths.properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (METHODS.contains(operation.getKey())) {
                        String name = operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                        operations.add(name);
                        Set<String> statuses = new HashSet<>();
                        operation.getValue().get("responses").fieldNames().forEachRemaining(statuses::add);
                        documented.put(name, statuses);
                    }
                }));
    }

    private static final class Once {
        static final ApiServer SERVER = new ApiServer();
    }

    /** Runs until the process ends. */
    static ApiServer running() {
        return Once.SERVER;
    }

    private static ServerSocket bound() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** A port that no listener can have. */
    int taken() {
        return taken.getLocalPort();
    }

    /** Of the native API, as in {@code GET /v1/services}. */
    List<String> operations() {
        return List.copyOf(operations);
    }

    /** The statuses that the document tells; empty where it tells nothing of the operation. */
    Set<String> documented(String method, String template) {
        return documented.getOrDefault((method.equals("HEAD") ? "GET" : method) + " " + template, Set.of());
    }

    ApiAnswer answer(ApiCall call) {
        try {
            return ApiAnswer.to(port, call.bytes(), call.method().equals("HEAD"));
        } catch (IOException e) {
            throw new AssertionError("no answer to\n" + call, e);
        }
    }

    ApiAnswer get(String path) {
        return answer(ApiCall.of("GET", path, ""));
    }

    ApiAnswer ok(String method, String path, String body) {
        ApiAnswer answer = answer(ApiCall.of(method, path, body));
        assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isBetween(200, 299);
        return answer;
    }

    static JsonNode tree(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    /** All that a refused change leaves as it is. */
    String state() {
        Penstock penstock = runtime.penstock();
        return get("/v1/config").body()
                + get("/").body()
                + penstock.table().listeners()
                + penstock.table().routes()
                + penstock.table().services().stream()
                        .map(service -> service.spec().toString())
                        .toList();
    }

    /** Takes back what was changed, so that each input finds the same. */
    void reset(List<String> drained) {
        for (String path : drained) {
            answer(ApiCall.of("POST", path.replaceFirst("/drain$", "/undrain"), "")); // 404 where it is gone
        }
        ok("PUT", "/v1/config", "{}");
        for (JsonNode server : tree(get("/").body()).get("servers")) { // 409 to that of the file
            String address = URLEncoder.encode(server.get("address").asText(), UTF_8);
            answer(ApiCall.of("DELETE", "/server/" + address, ""));
        }
    }
}
