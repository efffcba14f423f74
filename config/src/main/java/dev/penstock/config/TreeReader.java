package dev.penstock.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads one document into a located tree. Confined to one reading. */
final class TreeReader {
    static final int MAX_DEPTH = 50;
    static final int MAX_BYTES = 16 << 20;

    /** The root of a document that has none. */
    static final Node NOTHING = new Node.Scalar(Place.WHOLE, Node.Kind.NOTHING, "");

    private final JsonParser parser;
    private final Faults faults;

    private TreeReader(JsonParser parser, Faults faults) {
        this.parser = parser;
        this.faults = faults;
    }

    /**
     * Reads a document; what is wrong with its syntax goes to the faults.
     *
     * @return the root; {@link #NOTHING} where there is none
     */
    static Node read(String name, String text, Faults faults) {
        return read(isJson(name, text), text, faults);
    }

    /** Reads JSON, as above. */
    static Node json(String text, Faults faults) {
        return read(true, text, faults);
    }

    private static Node read(boolean json, String text, Faults faults) {
        try (JsonParser parser = factory(json).createParser(text)) {
            return new TreeReader(parser, faults).document();
        } catch (JsonProcessingException e) {
            faults.add(place(faults, e.getLocation()), "", sentence(e.getOriginalMessage()));
        } catch (IOException | YAMLException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The YAML parser below Jackson answers some malformed input with these.
            faults.add(Place.WHOLE, "", sentence(String.valueOf(e.getMessage())));
        }
        return NOTHING;
    }

    /** A document that begins with a list is one of servers: their form is JSON, whatever the file is called. */
    private static boolean isJson(String name, String text) {
        return name.toLowerCase(Locale.ROOT).endsWith(".json")
                || text.stripLeading().startsWith("[");
    }

    private static JsonFactory factory(boolean json) {
        var constraints = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxDocumentLength(MAX_BYTES)
                .build();
        if (json) {
            return JsonFactory.builder().streamReadConstraints(constraints).build();
        }
        var options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        return YAMLFactory.builder()
                .loaderOptions(options)
                .streamReadConstraints(constraints)
                .build();
    }

    private Node document() throws IOException {
        if (parser.nextToken() == null) {
            faults.add(Place.WHOLE, "", "empty (expected: at least listeners)");
            return NOTHING;
        }
        Node root = node("");
        if (parser.nextToken() != null) {
            faults.add(here(), "", "a second document (expected: one document in a file)");
        }
        return root;
    }

    private Node node(String path) throws IOException {
        Place place = here();
        refuseReference(path, place);
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> new Node.Mapping(place, entries(path));
            case START_ARRAY -> new Node.Sequence(place, items(path));
            case VALUE_STRING -> new Node.Scalar(place, Node.Kind.TEXT, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Node.Scalar(place, Node.Kind.NUMBER, parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> new Node.Scalar(place, Node.Kind.FLAG, parser.getText());
            case VALUE_NULL -> new Node.Scalar(place, Node.Kind.NOTHING, "");
            default -> {
                faults.add(place, path, "a binary value (expected: text, a number, a list or keys)");
                yield new Node.Scalar(place, Node.Kind.NOTHING, "");
            }
        };
    }

    private void refuseReference(String path, Place place) throws IOException {
        if (!(parser instanceof YAMLParser yaml)) {
            return;
        }
        if (yaml.isCurrentAlias()) {
            String name = yaml.getText();
            faults.add(
                    place,
                    path,
                    "an alias (expected: the value itself); a text that begins with * needs quotes: \"*" + name + "\"");
        } else if (yaml.getObjectId() != null) {
            faults.add(place, path, "an anchor (expected: no anchors); a text that begins with & needs quotes");
        } else if (yaml.getTypeId() != null) {
            faults.add(place, path, "a tag (expected: no tags); a text that begins with ! needs quotes");
        }
    }

    private List<Node> items(String path) throws IOException {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]"));
        }
        return items;
    }

    private List<Node.Entry> entries(String path) throws IOException {
        List<Node.Entry> entries = new ArrayList<>();
        Map<String, Place> seen = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            Place place = here();
            String below = path.isEmpty() ? key : path + "." + key;
            parser.nextToken();
            Node value = node(below);
            Place first = seen.putIfAbsent(key, place);
            if (first == null) {
                entries.add(new Node.Entry(key, place, value));
            } else {
                faults.add(place, below, "given twice (expected: once); first in line " + first.line());
            }
        }
        return entries;
    }

    private Place here() {
        return place(faults, parser.currentTokenLocation());
    }

    private static Place place(Faults faults, @Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? Place.WHOLE
                : new Place(faults.file(), location.getLineNr(), Math.max(1, location.getColumnNr()));
    }

    private static String sentence(String message) {
        // The YAML parser quotes the text around the fault in indented lines; line and column say as much.
        String said = message.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(": "))
                .replaceAll(", from `[^`]*`|, got this instead: <.*>| \\(start marker at .*\\)|\\p{Cntrl}", "");
        String hint = said.contains("scanning an alias")
                ? "; a text that begins with * needs quotes, as in \"*.example.com\""
                : "";
        return "malformed: " + (said.isEmpty() ? "not a document" : said) + hint;
    }
}
