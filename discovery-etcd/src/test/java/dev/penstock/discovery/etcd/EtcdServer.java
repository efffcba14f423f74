package dev.penstock.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import dev.penstock.testkit.ScriptedServer;
import dev.penstock.testkit.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A real member, run by {@code tools/servers/etcd} in a folder of the test. Confined to its test. */
public final class EtcdServer implements AutoCloseable {
    private final ScriptedServer server;
    private final String scheme;
    private final HttpClient http;
    private String authorization = "";

    private EtcdServer(ScriptedServer server, String scheme, HttpClient http) {
        this.server = server;
        this.scheme = scheme;
        this.http = http;
    }

    public static EtcdServer start(Path folder) {
        return new EtcdServer(start(folder, Map.of()), "http", HttpClient.newHttpClient());
    }

    private static ScriptedServer start(Path folder, Map<String, String> variables) {
        RequiresTool.find("etcd");
        RequiresTool.find("curl");
        return ScriptedServer.start(Path.of("..", "tools", "servers", "etcd"), folder, variables);
    }

    /** One that clients come to by TLS, with a certificate of the authority. */
    static EtcdServer start(Path folder, TestAuthority authority) {
        Path certificate = authority.file("server.pem");
        Path key = authority.file("server-key.pem");
        Path ca = authority.file("ca.pem");
        ScriptedServer server = start(
                folder,
                Map.of("ETCD_CERT_FILE", "" + certificate, "ETCD_KEY_FILE", "" + key, "ETCD_TRUSTED_CA_FILE", "" + ca));
        HttpClient http = HttpClient.newBuilder()
                .sslContext(Pem.FILES.context(ca, certificate, key))
                .build();
        return new EtcdServer(server, "https", http);
    }

    /** Starts again, at the same port and with the same data. */
    public void start() {
        server.start();
    }

    /** Kills it; the data stays. */
    public void stop() {
        server.stop();
    }

    public String address() {
        return server.address();
    }

    /** Sends what follows with this header. */
    void authorize(String value) {
        authorization = value;
    }

    HttpRequest request(String method, String path, String type, String body) {
        var request = HttpRequest.newBuilder(URI.create(scheme + "://" + address() + path))
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

    public void put(String api, String key, String value) {
        if (api.equals("v2")) {
            second("PUT", "/v2/keys" + key, "application/x-www-form-urlencoded", "value=" + value);
        } else {
            third("/v3/kv/put", Map.of("key", FakeEtcd.encoded(key), "value", FakeEtcd.encoded(value)));
        }
    }

    /** Puts a key that goes by itself after a second or two. */
    public void putForASecond(String api, String key, String value) {
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

    public void delete(String api, String key) {
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
