package dev.penstock.discovery.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.UriOptions;
import dev.penstock.discovery.http.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The API v2, which etcd has up to 3.5 if it is told to. Thread-safe.
 *
 * @see <a href="https://etcd.io/docs/v2.3/api/">etcd, API v2</a>
 */
final class ApiV2 implements EtcdApi {
    private static final int KEY_NOT_FOUND = 100;
    private static final int INDEX_CLEARED = 401;

    private final EtcdHttp http;
    private final EtcdSource source;

    ApiV2(EtcdHttp http, EtcdSource source) {
        this.http = http;
        this.source = source;
    }

    @Override
    public Call<Found> list(String key) {
        // by a majority: a member that was cut off would answer from what it knew then
        return http.ask(question(key, "quorum=true")).map(answer -> Checked.read(() -> found(key, answer)));
    }

    private Question question(String key, String parameters) {
        String path = UriOptions.escaped(key.replaceAll("^/+|/+$", "")).replace("%2F", "/");
        String recursive = key.endsWith("/") ? "recursive=true&" : "";
        return new Question("/v2/keys/" + path + "?" + recursive + parameters, null, Checked.read(this::headers));
    }

    private Map<String, String> headers() throws IOException {
        if (source.user().isEmpty()) {
            return Map.of();
        }
        String pair = source.user() + ":" + source.password().read();
        return Map.of(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static Found found(String key, Answer answer) throws IOException {
        if (answer.index() < 0) {
            answer.check();
            throw new IOException("the answer has no X-Etcd-Index (expected: that of etcd's API v2)");
        }
        if (answer.status() == 404 && answer.object().path("errorCode").asInt() == KEY_NOT_FOUND) {
            return new Found(Map.of(), List.of(), answer.index(), true);
        }
        answer.check();
        JsonNode node = answer.object().path("node");
        if (!node.isObject()) {
            throw new IOException("the answer has no node (expected: that of etcd's API v2)");
        }
        Map<String, String> values = new HashMap<>();
        collect(key.startsWith("/"), node, values);
        values.keySet().removeIf(name -> key.endsWith("/") ? !name.startsWith(key) : !name.equals(key));
        return new Found(values, List.of(), answer.index());
    }

    /** Keys are as they were asked for: with a slash in front, or without. */
    private static void collect(boolean slash, JsonNode node, Map<String, String> values) {
        String key = node.path("key").asText("");
        if (node.path("value").isTextual()) {
            values.put(
                    slash || !key.startsWith("/") ? key : key.substring(1),
                    node.path("value").asText());
        }
        for (JsonNode child : node.path("nodes")) {
            collect(slash, child, values);
        }
    }

    @Override
    public Call<String> await(String key, long index, Duration wait) {
        Question question = question(key, "wait=true&waitIndex=" + (index + 1));
        return http.await(question, wait, info -> EtcdHttp.whole()).map(answer -> {
            boolean told = answer.status() == 0 || answer.status() == 200 || errorCode(answer) == INDEX_CLEARED;
            return told ? "" : "watch: " + answer.said();
        });
    }

    private static int errorCode(Answer answer) {
        try {
            return answer.object().path("errorCode").asInt();
        } catch (IOException e) {
            return 0;
        }
    }
}
