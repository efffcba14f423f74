package dev.penstock.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real member, run by {@code tools/servers/etcd} in a folder of the test. Confined to its test. */
final class EtcdServer implements AutoCloseable {
    private static final Object ONE_AT_A_TIME = new Object(); // a port that is free is not taken yet

    private final Path folder;
    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private String authorization = "";

    private EtcdServer(Path folder) {
        this.folder = folder;
    }

    static EtcdServer start(Path folder) {
        RequiresTool.find("etcd");
        RequiresTool.find("curl");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var server = new EtcdServer(folder);
        server.start();
        return server;
    }

    /** Starts again, at the same port and with the same data. */
    void start() {
        List<String> arguments = port == 0 ? List.of("start", "" + folder) : List.of("start", "" + folder, "" + port);
        synchronized (ONE_AT_A_TIME) {
            port = Integer.parseInt(run(arguments).strip());
        }
    }

    /** Kills it; the data stays. */
    void stop() {
        run(List.of("stop", folder.toString()));
    }

    private String run(List<String> arguments) {
        Path script = Path.of("..", "tools", "servers", "etcd").toAbsolutePath().normalize();
        var builder = new ProcessBuilder(
                Stream.concat(Stream.of(script.toString()), arguments.stream()).toList());
        builder.redirectError(folder.resolve("script.log").toFile());
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("tools/servers/etcd %s", arguments).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Sends what follows with this header. */
    void authorize(String value) {
        authorization = value;
    }

    HttpRequest request(String method, String path, String type, String body) {
        var request = HttpRequest.newBuilder(URI.create("http://" + address() + path))
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return (authorization.isEmpty() ? request : request.header("Authorization", authorization)).build();
    }

    HttpClient http() {
        return http;
    }

    private String send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode())
                    .as("%s: %s", request, response.body())
                    .isIn(200, 201);
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Calls the API v3. */
    String third(String path, Map<String, ?> body) {
        return send(request("POST", path, "application/json", Answer.json(body)));
    }

    /** Calls the API v2. */
    String second(String method, String path, String type, String body) {
        return send(request(method, path, type, body));
    }

    void put(String api, String key, String value) {
        if (api.equals("v2")) {
            second("PUT", "/v2/keys" + key, "application/x-www-form-urlencoded", "value=" + value);
        } else {
            third("/v3/kv/put", Map.of("key", FakeEtcd.encoded(key), "value", FakeEtcd.encoded(value)));
        }
    }

    /** Puts a key that goes by itself after a second or two. */
    void putForASecond(String api, String key, String value) {
        if (api.equals("v2")) {
            second("PUT", "/v2/keys" + key, "application/x-www-form-urlencoded", "ttl=1&value=" + value);
        } else {
            String id = third("/v3/lease/grant", Map.of("TTL", "1")).replaceAll(".*\"ID\":\"([0-9]+)\".*", "$1");
            Map<String, String> body = new HashMap<>();
            body.put("key", FakeEtcd.encoded(key));
            body.put("value", FakeEtcd.encoded(value));
            body.put("lease", id);
            third("/v3/kv/put", body);
        }
    }

    void delete(String api, String key) {
        if (api.equals("v2")) {
            second("DELETE", "/v2/keys" + key, "text/plain", "");
        } else {
            third("/v3/kv/deleterange", Map.of("key", FakeEtcd.encoded(key)));
        }
    }

    @Override
    public void close() {
        stop();
    }
}
