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

    private static final JsonFactory JSON = json(MAX_DEPTH);
    private static final JsonFactory JSON_OF_A_SERVICE = json(MAX_DEPTH - 2); // two levels are around it
    private static final JsonFactory YAML = yaml();

    private final JsonParser parser;
    private final Faults faults;
    private final int linesBefore;
    private final List<Span> services = new ArrayList<>();

    private TreeReader(JsonParser parser, Faults faults, int linesBefore) {
        this.parser = parser;
        this.faults = faults;
        this.linesBefore = linesBefore;
    }

    /**
     * Where the value of one of the {@code services} stands in a document of JSON.
     *
     * @param key the name of the service
     * @param line of the key
     * @param valueLine of its value
     * @param start the first character of the value
     * @param end the character after its last
     */
    record Span(String key, int line, int valueLine, int start, int end) {}

    /**
     * A document of JSON, and where its services stand.
     *
     * @param services in their order; of no meaning where there are faults
     */
    record Document(Node root, List<Span> services) {}

    /**
     * Reads a document; what is wrong with its syntax goes to the faults.
     *
     * @return the root; {@link #NOTHING} where there is none
     */
    static Node read(String name, String text, Faults faults) {
        return read(isJson(name, text) ? JSON : YAML, text, 0, faults).root();
    }

    /** Reads JSON, as above. */
    static Node json(String text, Faults faults) {
        return located(text, faults).root();
    }

    /** Reads JSON, as above, and says where services stand. */
    static Document located(String text, Faults faults) {
        return read(JSON, text, 0, faults);
    }

    /** Reads what stands as the value of a service in JSON, as if all of it were read. */
    static Node service(String text, int linesBefore, Faults faults) {
        return read(JSON_OF_A_SERVICE, text, linesBefore, faults).root();
    }

    private static Document read(JsonFactory factory, String text, int linesBefore, Faults faults) {
        try (JsonParser parser = factory.createParser(text)) {
            var reader = new TreeReader(parser, faults, linesBefore);
            return new Document(reader.document(), reader.services);
        } catch (JsonProcessingException e) {
            faults.add(place(faults, e.getLocation(), linesBefore), "", sentence(e.getOriginalMessage()));
        } catch (IOException | YAMLException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The YAML parser below Jackson answers some malformed input with these.
            faults.add(Place.WHOLE, "", sentence(String.valueOf(e.getMessage())));
        }
        return new Document(NOTHING, List.of());
    }

    /** A document that begins with a list is one of servers: their form is JSON, whatever the file is called. */
    private static boolean isJson(String name, String text) {
        return name.toLowerCase(Locale.ROOT).endsWith(".json")
                || text.stripLeading().startsWith("[");
    }

    private static StreamReadConstraints constraints(int depth) {
        return StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                .maxDocumentLength(MAX_BYTES)
                .build();
    }

    /** Keys are names that people chose: not for the table of the JVM that lasts. */
    private static JsonFactory json(int depth) {
        return JsonFactory.builder()
                .streamReadConstraints(constraints(depth))
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }

    private static JsonFactory yaml() {
        var options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        return YAMLFactory.builder()
                .loaderOptions(options)
                .streamReadConstraints(constraints(MAX_DEPTH))
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
            int start = (int) parser.currentTokenLocation().getCharOffset();
            Node value = node(below);
            if (path.equals("services")) {
                int end = (int) parser.currentLocation().getCharOffset();
                services.add(new Span(key, place.line(), value.place().line(), start, end));
            }
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
        return place(faults, parser.currentTokenLocation(), linesBefore);
    }

    private static Place place(Faults faults, @Nullable JsonLocation location, int linesBefore) {
        return location == null || location.getLineNr() < 1
                ? Place.WHOLE
                : new Place(faults.file(), linesBefore + location.getLineNr(), Math.max(1, location.getColumnNr()));
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
