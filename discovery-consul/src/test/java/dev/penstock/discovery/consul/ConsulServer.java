package dev.penstock.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import com.ecwid.consul.v1.ConsulClient;
import com.ecwid.consul.v1.agent.model.NewService;
import dev.penstock.testkit.RequiresTool;
import dev.penstock.testkit.ScriptedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A real agent, run by {@code tools/servers/consul} in a folder of the test. Confined to its test. */
public final class ConsulServer implements AutoCloseable {
    private final ScriptedServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    private ConsulServer(ScriptedServer server) {
        this.server = server;
    }

    public static ConsulServer start(Path folder) {
        return start(folder, Map.of());
    }

    public static ConsulServer start(Path folder, Map<String, String> variables) {
        RequiresTool.find("consul");
        RequiresTool.find("curl");
        return new ConsulServer(ScriptedServer.start(Path.of("..", "tools", "servers", "consul"), folder, variables));
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

    public int port() {
        return server.port();
    }

    /** Sends a body to its API; answers what it says. */
    String send(String method, String path, String body) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://" + address() + path))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void put(String path, String body) {
        send("PUT", path, body);
    }

    /** Forgets all services, keys and prepared queries; starts it if it is down. */
    void clear() {
        if (!server.isRunning()) {
            start();
        }
        client().getAgentServices().getValue().keySet().forEach(this::deregister);
        client().deleteKVValues("");
        send("GET", "/v1/query", "")
                .lines()
                .flatMap(line ->
                        Pattern.compile("\"ID\": *\"([^\"]+)\"").matcher(line).results())
                .forEach(match -> send("DELETE", "/v1/query/" + match.group(1), ""));
    }

    public ConsulClient client() {
        return new ConsulClient("127.0.0.1", port());
    }

    /** Registers an instance whose health is told by the test; it passes until told otherwise. */
    public void register(String service, String id, String host, int servicePort, String... tags) {
        var registered = new NewService();
        registered.setName(service);
        registered.setId(id);
        registered.setAddress(host);
        registered.setPort(servicePort);
        registered.setTags(List.of(tags));
        registered.setMeta(Map.of("version", "7"));
        var check = new NewService.Check();
        check.setTtl("1h");
        check.setStatus("passing");
        registered.setCheck(check);
        client().agentServiceRegister(registered);
    }

    public void pass(String id) {
        client().agentCheckPass("service:" + id);
    }

    public void warn(String id) {
        client().agentCheckWarn("service:" + id);
    }

    public void fail(String id) {
        client().agentCheckFail("service:" + id);
    }

    public void deregister(String id) {
        client().agentServiceDeregister(id);
    }

    @Override
    public void close() {
        stop();
    }
}
