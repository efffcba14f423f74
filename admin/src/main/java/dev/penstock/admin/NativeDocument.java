package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Definitions with the document that says them. Immutable: the tree is never written to.
 *
 * @param tree an object with any of {@code defaults}, {@code listeners}, {@code routes}, {@code services}
 * @param state what it says
 */
record NativeDocument(ObjectNode tree, CatalogState state) {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** What can be changed by itself. */
    enum Kind {
        LISTENER("listeners"),
        ROUTE("routes"),
        SERVICE("services");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }
    }

    /**
     * A document with an item in it as it was sent.
     *
     * @param text the whole document
     * @param shift how many characters stand before the item in its line
     * @param path of the item, as faults tell it
     * @param item the item itself
     */
    record Placed(String text, int shift, String path, JsonNode item) {}

    static NativeDocument empty(String source) {
        return new NativeDocument(MAPPER.createObjectNode(), new CatalogState(source, List.of(), List.of(), List.of()));
    }

    /** A value from its text; what is malformed is told with its place. */
    static JsonNode parse(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node.isMissingNode()) {
                throw new ApiProblem(400, "body: empty (expected: JSON)");
            }
            return node;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            int line = at == null ? 0 : Math.max(0, at.getLineNr());
            int column = at == null ? 0 : Math.max(0, at.getColumnNr());
            String detail = "malformed: " + e.getOriginalMessage().replaceAll("\\p{Cntrl}", "?");
            throw new ApiProblem(
                    400,
                    "body: " + (line == 0 ? "" : line + ":" + column + ": ") + detail,
                    List.of(new ApiProblem.Spot(null, line, column, detail)));
        }
    }

    /** For people. */
    static String pretty(JsonNode node) {
        return node.toPrettyString() + "\n";
    }

    /** An item by its name; null where there is none. */
    @Nullable
    JsonNode item(Kind kind, String name) {
        JsonNode all = tree.path(kind.key());
        if (kind == Kind.SERVICE) {
            return all.get(name);
        }
        int at = place(kind, name);
        return at < 0 ? null : all.get(at);
    }

    /** Names that the document leaves out are those that its reader gave. */
    private int place(Kind kind, String name) {
        List<String> names = kind == Kind.LISTENER
                ? state.listeners().stream().map(ListenerSpec::name).toList()
                : state.routes().stream().map(spec -> spec.route().name()).toList();
        int at = names.indexOf(name);
        return at < tree.path(kind.key()).size() ? at : -1; // behind are the routes of listeners
    }

    /** The document without an item, which it has. */
    ObjectNode without(Kind kind, String name) {
        ObjectNode next = tree.deepCopy();
        if (kind == Kind.SERVICE) {
            ((ObjectNode) next.get(kind.key())).remove(name);
        } else {
            ((ArrayNode) next.get(kind.key())).remove(place(kind, name));
        }
        return next;
    }

    /** The document with an item in the place of the one of its name, or behind the others. */
    ObjectNode with(Kind kind, String name, JsonNode item) {
        ObjectNode next = tree.deepCopy();
        if (kind == Kind.SERVICE) {
            next.withObjectProperty(kind.key()).set(name, item);
        } else {
            ArrayNode all = next.withArrayProperty(kind.key());
            int at = place(kind, name);
            if (at < 0) {
                all.add(item);
            } else {
                all.set(at, item);
            }
        }
        return next;
    }

    /** The text of such a document, in which the item stands as it was sent, so that faults tell its own places. */
    Placed placed(Kind kind, String name, String sent) {
        JsonNode item = parse(sent);
        String body = kind == Kind.SERVICE ? sent : named(sent, item, name);
        String mark = "item"; // what neither the rest nor the name has
        String rest = with(kind, name, NullNode.instance).toString();
        while (rest.contains(mark)) {
            mark += "+";
        }
        String text = with(kind, name, TextNode.valueOf(mark)).toString();
        String quoted = '"' + mark + '"';
        int at = text.indexOf(quoted);
        String path = kind.key();
        if (kind == Kind.SERVICE) {
            path += "." + name;
        } else {
            int place = place(kind, name);
            path += "[" + (place < 0 ? tree.path(kind.key()).size() : place) + "]";
        }
        return new Placed(text.substring(0, at) + body + text.substring(at + quoted.length()), at, path, parse(body));
    }

    /** A listener or route says its name itself. */
    private static String named(String sent, JsonNode item, String name) {
        if (!item.isObject()) {
            return sent; // which its reader refuses
        }
        JsonNode own = item.get("name");
        if (own == null) {
            int end = sent.lastIndexOf('}');
            return sent.substring(0, end) + (item.isEmpty() ? "" : ",") + "\"name\":" + TextNode.valueOf(name)
                    + sent.substring(end);
        }
        if (!own.isTextual() || !own.textValue().equals(name)) {
            throw new ApiProblem(
                    400,
                    "name: " + own + " (expected: that of the path, " + TextNode.valueOf(name) + ")",
                    List.of(new ApiProblem.Spot("/name", 0, 0, own + " (expected: that of the path)")));
        }
        return sent;
    }
}
