package dev.penstock.discovery.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** What the agent answered. Immutable, but for the bytes that nobody changes. */
final class Answer {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int SHOWN = 200;

    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;

    Answer(int status, HttpHeaders headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    long index() {
        return BlockingIndex.parse(headers.firstValue("X-Consul-Index").orElse(""));
    }

    /** Whether Consul itself, and not something in front of it, says that there is no such key. */
    boolean isMissingKey() {
        return status == 404 && headers.firstValue("X-Consul-Index").isPresent();
    }

    /** Refuses answers that are no authority on anything. */
    void check() throws IOException {
        if (status != 200) {
            int length = Math.min(body.length, SHOWN);
            throw new IOException(status + ": " + new String(body, 0, length, StandardCharsets.UTF_8).strip());
        }
        if (headers.firstValue("X-Consul-Results-Filtered-By-ACLs")
                .filter("true"::equals)
                .isPresent()) {
            throw new IOException("results were filtered by ACLs (expected: a token that may read all of it)");
        }
    }

    /** The body, which must be of the form that is meant. */
    JsonNode json(String form) throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IOException("the answer is no JSON: " + e.getOriginalMessage(), e);
        }
        boolean right = form.equals("array") ? node.isArray() : node.isObject();
        if (!right) {
            throw new IOException("the answer is " + (node.isMissingNode() ? "empty" : "a JSON " + node.getNodeType())
                    + " (expected: " + form + ")");
        }
        return node;
    }
}
