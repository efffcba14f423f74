package dev.penstock.discovery.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.http.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The API v3 by its JSON gateway: keys and values in Base64, 64-bit numbers as texts. Thread-safe.
 *
 * @see <a href="https://etcd.io/docs/v3.5/dev-guide/api_grpc_gateway/">etcd, gRPC gateway</a>
 */
final class ApiV3 implements EtcdApi {
    private final EtcdHttp http;
    private final Login login;

    ApiV3(EtcdHttp http, EtcdSource source) {
        this.http = http;
        login = new Login(http, source);
    }

    @Override
    public Call<Found> list(String key) {
        String body = Answer.json(range(key));
        return authorized(headers -> http.ask(new Question("/v3/kv/range", body, headers)), false)
                .map(answer -> Checked.read(() -> found(answer)));
    }

    private static Map<String, Object> range(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        Map<String, Object> range = new TreeMap<>();
        range.put("key", Base64.getEncoder().encodeToString(bytes));
        if (key.endsWith("/")) {
            bytes[bytes.length - 1]++; // the sign after the slash: the end of all that begins with the key
            range.put("range_end", Base64.getEncoder().encodeToString(bytes));
        }
        return range;
    }

    private static Found found(Answer answer) throws IOException {
        answer.check();
        JsonNode object = answer.object();
        long revision = object.path("header").path("revision").asLong(0);
        if (revision < 1) {
            throw new IOException("the answer has no revision (expected: that of etcd's API v3)");
        }
        Map<String, String> values = new HashMap<>();
        List<String> skipped = new ArrayList<>();
        for (JsonNode entry : object.path("kvs")) {
            String raw = entry.path("key").asText();
            try {
                values.put(text(raw), text(entry.path("value").asText("")));
            } catch (IllegalArgumentException e) {
                skipped.add("key \"" + Problems.line(raw) + "\": " + e.getMessage());
            }
        }
        return new Found(values, skipped, revision);
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    @Override
    public Call<String> await(String key, long index, Duration wait) {
        Map<String, Object> create = range(key);
        create.put("start_revision", Long.toString(index + 1));
        create.put("progress_notify", true);
        String body = Answer.json(Map.of("create_request", create));
        return authorized(
                        headers -> http.await(
                                new Question("/v3/watch", body, headers),
                                wait,
                                info -> info.statusCode() == 200 ? new WatchLine(ApiV3::matters) : EtcdHttp.whole()),
                        true)
                .map(ApiV3::refusal);
    }

    /** Neither that the watch stands, nor how far the cluster is. */
    private static boolean matters(byte[] line) {
        try {
            JsonNode object = Answer.object(line);
            JsonNode result = object.path("result");
            return !object.path("error").isMissingNode()
                    || result.path("canceled").asBoolean(false)
                    || !result.path("events").isEmpty();
        } catch (IOException e) {
            return line.length > 0; // what is no JSON ends the watch
        }
    }

    private static String refusal(Answer answer) {
        if (answer.status() == 0 || answer.isEmpty()) {
            return ""; // quiet, or the end of the stream
        }
        if (answer.status() != 200) {
            return "watch: " + answer.said();
        }
        try {
            JsonNode object = answer.object();
            String reason = object.path("result").path("cancel_reason").asText("");
            boolean compacted = object.path("result").has("compact_revision");
            String error = object.path("error").path("message").asText("");
            return compacted || (reason + error).isEmpty() ? "" : "watch: " + Problems.line(reason + error);
        } catch (IOException e) {
            return "watch: " + Problems.of(e);
        }
    }

    /** Asks with a token, and once more with a new one if etcd knows it no longer. */
    private Call<Answer> authorized(Function<Map<String, String>, Call<Answer>> question, boolean waiting) {
        return login.token()
                .then(token -> question.apply(headers(token)).then(answer -> {
                    if (!login.wanted() || !isOutdated(answer)) {
                        return done(answer);
                    }
                    login.forget(token);
                    return waiting ? done(Answer.QUIET) : login.token().then(fresh -> question.apply(headers(fresh)));
                }));
    }

    private static boolean isOutdated(Answer answer) {
        return answer.status() == 401
                || (answer.status() == 400 && answer.said().contains("auth"));
    }

    private static Map<String, String> headers(String token) {
        return token.isEmpty() ? Map.of() : Map.of("Authorization", token);
    }

    private static Call<Answer> done(Answer answer) {
        var done = new Call<Answer>();
        done.complete(answer);
        return done;
    }
}
