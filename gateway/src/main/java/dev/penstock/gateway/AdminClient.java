package dev.penstock.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Asks the native API of a running gateway. Immutable. */
final class AdminClient {
    /** Where a gateway listens for it unless said otherwise. */
    static final String DEFAULT = "http://127.0.0.1:9123";

    private static final String TOKEN = "PENSTOCK_ADMIN_TOKEN";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String url;
    private final String token;

    /**
     * Of one gateway.
     *
     * @param url as in {@code http://127.0.0.1:9123}, or {@code host:port} alone
     * @param variables of the environment, with the token
     */
    AdminClient(String url, Map<String, String> variables) {
        String whole = url.contains("://") ? url : "http://" + url;
        this.url = whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
        this.token = variables.getOrDefault(TOKEN, "");
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new Complaint(List.of(TOKEN + ": not shown (expected: visible ASCII characters)"));
        }
    }

    /** The answer to a question; a {@link Complaint} where there is none. */
    JsonNode ask(String path, JsonNode question) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                    .timeout(LIMIT)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(question.toString()));
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<String> response = HttpClient.newBuilder()
                    .connectTimeout(LIMIT)
                    .build()
                    .send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw complaint("answered " + response.statusCode() + ": " + detail(response.body()));
            }
            return MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw complaint("answered something else than JSON (expected: the admin address of a gateway)");
        } catch (IOException e) {
            throw complaint(e.getClass().getSimpleName()
                    + (e.getMessage() == null ? "" : ": " + e.getMessage())
                    + " (expected: the admin address of a running gateway)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw complaint("interrupted");
        }
    }

    private URI uri(String path) {
        try {
            URI uri = URI.create(url + path);
            if (uri.getRawUserInfo() != null) { // it may hold a password
                throw new Complaint(
                        List.of("penstock: --admin: user given (expected: none; a token in " + TOKEN + ")"));
            }
            boolean whole = uri.getRawQuery() == null && uri.getRawFragment() == null;
            if (whole && uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // as below
        }
        throw complaint("not an address (expected: as in " + DEFAULT + ")");
    }

    private static String detail(String body) {
        try {
            JsonNode tree = MAPPER.readTree(body);
            for (String key : List.of("detail", "message")) {
                if (tree.path(key).isTextual()) {
                    return tree.get(key).textValue();
                }
            }
        } catch (JsonProcessingException e) {
            // as below
        }
        return "no reason that can be read (expected: the admin address of a gateway)";
    }

    private Complaint complaint(String what) {
        return new Complaint(List.of("penstock: " + url + ": " + what));
    }
}
