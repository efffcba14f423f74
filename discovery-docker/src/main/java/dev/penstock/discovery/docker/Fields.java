package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fields of a document that a daemon sent; what has the wrong type is an IllegalArgumentException with a sentence. A field
 * that is not there is empty. Stateless.
 */
final class Fields {
    private static final int MAX_SHOWN = 60;

    private Fields() {}

    private static JsonNode at(JsonNode from, String... path) {
        JsonNode node = from;
        for (String name : path) {
            node = node.path(name);
        }
        return node;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    static String text(JsonNode from, String... path) {
        JsonNode node = at(from, path);
        if (isAbsent(node)) {
            return "";
        }
        if (!node.isTextual()) {
            throw wrong(node, "text", path);
        }
        return node.textValue();
    }

    static boolean flag(JsonNode from, String... path) {
        return at(from, path).asBoolean(false);
    }

    /** A port; 0 if there is none. */
    static int port(JsonNode from, String... path) {
        JsonNode node = at(from, path);
        if (isAbsent(node)) {
            return 0;
        }
        if (!node.isInt() || node.intValue() < 0 || node.intValue() > 65_535) {
            throw wrong(node, "a port in 1..65535", path);
        }
        return node.intValue();
    }

    static List<JsonNode> items(JsonNode from, String... path) {
        JsonNode node = at(from, path);
        if (!isAbsent(node) && !node.isArray()) {
            throw wrong(node, "a list", path);
        }
        List<JsonNode> items = new ArrayList<>();
        node.forEach(items::add);
        return items;
    }

    static List<String> texts(JsonNode from, String... path) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : items(from, path)) {
            texts.add(item.asText(""));
        }
        return texts;
    }

    static Map<String, JsonNode> members(JsonNode from, String... path) {
        JsonNode node = at(from, path);
        if (!isAbsent(node) && !node.isObject()) {
            throw wrong(node, "an object", path);
        }
        Map<String, JsonNode> members = new LinkedHashMap<>();
        node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return members;
    }

    static Map<String, String> labels(JsonNode from, String... path) {
        Map<String, String> labels = new LinkedHashMap<>();
        members(from, path).forEach((key, value) -> labels.put(key, value.asText("")));
        return labels;
    }

    /** Variables as a process has them: of two with one name the last counts, and one without a sign is none. */
    static Map<String, String> variables(JsonNode from, String... path) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : texts(from, path)) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variables;
    }

    private static IllegalArgumentException wrong(JsonNode node, String expected, String... path) {
        String shown = node.toString();
        String cut = shown.length() > MAX_SHOWN ? shown.substring(0, MAX_SHOWN) + "..." : shown;
        return new IllegalArgumentException(
                String.join(".", path) + ": " + Problems.line(cut) + " (expected: " + expected + ")");
    }
}
