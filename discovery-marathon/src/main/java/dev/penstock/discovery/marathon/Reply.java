package dev.penstock.discovery.marathon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.discovery.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a master answered. Immutable, but for the bytes that nobody changes. */
final class Reply {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final int status;
    private final byte[] body;

    Reply(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    int status() {
        return status;
    }

    /** Refuses answers that are no authority on anything. */
    void check() throws IOException {
        if (status != 200) {
            throw new IOException(said());
        }
    }

    /** What an answer that is no good says, in one line. */
    String said() {
        String text = new String(body, 0, Math.min(body.length, 1_000), StandardCharsets.UTF_8);
        try {
            JsonNode message = JSON.readTree(body).path("message");
            return status + ": " + Problems.line(message.isTextual() ? message.asText() : text);
        } catch (IOException e) {
            return status + ": " + Problems.line(text); // no JSON, but perhaps of use to people
        }
    }

    /** The list of that name in the body, which must be a JSON object; whatever else it is says nothing of any app. */
    JsonNode list(String name) throws IOException {
        check();
        JsonNode list = object().path(name);
        if (!list.isArray()) {
            JsonNode message = object().path("message");
            throw new IOException(
                    message.isTextual()
                            ? "the answer is a message: " + Problems.line(message.asText())
                            : name + ": " + (list.isMissingNode() ? "missing" : Problems.line(list.toString()))
                                    + " (expected: a list)");
        }
        return list;
    }

    /** The body, which must be a JSON object. */
    JsonNode object() throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(body);
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
