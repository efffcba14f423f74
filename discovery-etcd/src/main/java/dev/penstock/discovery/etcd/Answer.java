package dev.penstock.discovery.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.discovery.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a member answered. Immutable, but for the bytes that nobody changes. */
final class Answer {
    /** Nothing came within the time that there was to wait. */
    static final Answer QUIET = new Answer(0, -1, new byte[0]);

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final int status;
    private final long index;
    private final byte[] body;

    /**
     * An answer as it came.
     *
     * @param status of HTTP; 0 if the wait was over before
     * @param index of {@code X-Etcd-Index}; -1 without
     * @param body what it sent
     */
    Answer(int status, long index, byte[] body) {
        this.status = status;
        this.index = index;
        this.body = body;
    }

    int status() {
        return status;
    }

    long index() {
        return index;
    }

    /** Nothing was sent, or nothing more than the head. */
    boolean isEmpty() {
        return body.length == 0;
    }

    static String json(Map<String, ?> object) {
        try {
            return JSON.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("object: cannot be written", e);
        }
    }

    /** Refuses answers that are no authority on anything. */
    void check() throws IOException {
        if (status != 200) {
            throw new IOException(said());
        }
    }

    /** What an answer that is no good says, in one line. */
    String said() {
        String text = text();
        try {
            JsonNode node = JSON.readTree(body);
            text = node.path("message").asText(node.path("error").asText(text));
        } catch (IOException e) {
            text = text(); // no JSON, but perhaps of use to people
        }
        return status + ": " + Problems.line(text);
    }

    private String text() {
        return new String(body, 0, Math.min(body.length, 1_000), StandardCharsets.UTF_8);
    }

    /** The body, which must be a JSON object. */
    JsonNode object() throws IOException {
        return object(body);
    }

    static JsonNode object(byte[] bytes) throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new IOException("the answer is no JSON: " + e.getOriginalMessage(), e);
        }
        if (!node.isObject()) {
            throw new IOException("the answer is " + (node.isMissingNode() ? "empty" : "a JSON " + node.getNodeType())
                    + " (expected: object)");
        }
        return node;
    }
}
