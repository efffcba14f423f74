package dev.penstock.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Problems;
import java.util.ArrayList;
import java.util.List;

/** The fields of one entry, which say in one sentence what is wrong with them. Stateless. */
final class Fields {
    private static final int MAX_PORT = 65_535;

    private Fields() {}

    /** A text that must be there. */
    static String text(JsonNode entry, String field) {
        String text = entry.path(field).asText("");
        if (!entry.path(field).isTextual() || text.isBlank()) {
            throw wrong(entry, field, "a text");
        }
        return text;
    }

    /** A text, or nothing. */
    static String textOrEmpty(JsonNode entry, String field) {
        JsonNode value = entry.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw wrong(entry, field, "a text");
        }
        return value.asText();
    }

    /** The elements of a list that may be missing; null instead of it is no list. */
    static List<JsonNode> list(JsonNode entry, String field) {
        return entry.has(field) ? elements(entry, field) : List.of();
    }

    /** The elements of a list that may be missing or null, as those of definitions may. */
    static List<JsonNode> listOrNull(JsonNode entry, String field) {
        return entry.hasNonNull(field) ? elements(entry, field) : List.of();
    }

    private static List<JsonNode> elements(JsonNode entry, String field) {
        JsonNode list = entry.path(field);
        if (!list.isArray()) {
            throw wrong(entry, field, "a list");
        }
        List<JsonNode> elements = new ArrayList<>();
        list.forEach(elements::add);
        return elements;
    }

    /** A list of ports that may be missing. */
    static List<Integer> ports(JsonNode entry, String field) {
        List<Integer> ports = new ArrayList<>();
        for (JsonNode element : list(entry, field)) {
            ports.add(port(entry, field, element));
        }
        return ports;
    }

    /** A port that may be missing; 0 then. */
    static int port(JsonNode entry, String field) {
        return entry.hasNonNull(field) ? port(entry, field, entry.path(field)) : 0;
    }

    private static int port(JsonNode entry, String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0 || value.asInt() > MAX_PORT) {
            throw wrong(entry, field, "ports in 0.." + MAX_PORT);
        }
        return value.asInt();
    }

    static IllegalArgumentException wrong(JsonNode entry, String field, String expected) {
        JsonNode value = entry.path(field);
        String shown = value.isMissingNode() ? "missing" : Problems.line(value.toString());
        return new IllegalArgumentException(field + ": " + shown + " (expected: " + expected + ")");
    }
}
