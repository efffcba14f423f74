package dev.penstock.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands for something else in the texts of a local document: {@code ${NAME}}, {@code ${NAME:-otherwise}} and
 * {@code ${file:PATH}}; a second dollar before the brace makes a text of it. What they come to is not looked at again, and is
 * shown by no fault. Confined to one reading.
 */
final class References {
    private static final int MOST_FILE_BYTES = 64 << 10;
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
    private static final Pattern VARIABLE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", Pattern.DOTALL);
    private static final String FILE = "file:";
    private static final String FORMS = "${NAME}, ${NAME:-otherwise} or ${file:PATH}; $${ for a text with ${ in it";

    private final Map<String, String> variables;
    private final LocalFiles files;
    private final Faults faults;
    private int left = TreeReader.MAX_BYTES; // of a document that names a large file often

    References(Map<String, String> variables, LocalFiles files, Faults faults) {
        this.variables = variables;
        this.files = files;
        this.faults = faults;
    }

    /** The same with what its references come to; keys stay as they are. */
    Node resolved(String path, Node node) {
        if (node instanceof Node.Mapping mapping) {
            List<Node.Entry> entries = new ArrayList<>();
            for (Node.Entry entry : mapping.entries()) {
                String below = path.isEmpty() ? entry.key() : path + "." + entry.key();
                entries.add(new Node.Entry(entry.key(), entry.place(), resolved(below, entry.value())));
            }
            return new Node.Mapping(mapping.place(), entries);
        }
        if (node instanceof Node.Sequence sequence) {
            List<Node> items = new ArrayList<>();
            for (Node item : sequence.items()) {
                items.add(resolved(path + "[" + items.size() + "]", item));
            }
            return new Node.Sequence(sequence.place(), items);
        }
        return node instanceof Node.Scalar scalar
                        && scalar.kind() == Node.Kind.TEXT
                        && scalar.text().contains("${")
                ? resolved(path, scalar)
                : node;
    }

    private Node resolved(String path, Node.Scalar scalar) {
        var text = new StringBuilder();
        boolean found = false;
        Matcher matcher = REFERENCE.matcher(scalar.text());
        while (matcher.find()) {
            String value = "${";
            if (matcher.group(1) != null) {
                found = true;
                value = matcher.group(2).isEmpty() ? null : value(matcher.group(1), scalar.place(), path);
                if (matcher.group(2).isEmpty()) {
                    faults.add(scalar.place(), path, scalar.described() + " (expected: " + FORMS + ")");
                }
            }
            left -= value == null ? 0 : value.length();
            if (value != null && left < 0) {
                faults.add(scalar.place(), path, "too much (expected: references to at most 16 MiB in all)");
                value = null;
            }
            if (value == null) { // its fault was told
                faults.settle(path);
                return new Node.Scalar(scalar.place(), Node.Kind.TEXT, scalar.text());
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(text);
        Node.Kind kind = found ? Node.Kind.RESOLVED : Node.Kind.TEXT;
        return new Node.Scalar(scalar.place(), kind, text.toString(), found ? scalar.text() : text.toString());
    }

    /** What stands between the braces comes to; null after a fault. */
    private @Nullable String value(String reference, Place place, String path) {
        String written = "${" + reference + "}";
        String value = reference.startsWith(FILE)
                ? file(reference.substring(FILE.length()), written, place, path)
                : variable(reference, written, place, path);
        if (value != null) {
            faults.secret(value, written);
        }
        return value;
    }

    private @Nullable String variable(String reference, String written, Place place, String path) {
        Matcher matcher = VARIABLE.matcher(reference);
        if (!matcher.matches()) {
            faults.add(place, path, '"' + written + "\" (expected: " + FORMS + ")");
            return null;
        }
        String value = variables.get(matcher.group(1));
        String otherwise = matcher.group(2);
        if (otherwise != null && (value == null || value.isEmpty())) {
            return otherwise;
        }
        if (value == null) {
            faults.add(place, path, '"' + written + "\" (expected: a variable of the environment that is set)");
        }
        return value;
    }

    private @Nullable String file(String named, String written, Place place, String path) {
        try {
            byte[] content = files.content(Path.of(faults.file()).resolveSibling(named));
            if (!named.isBlank() && content.length <= MOST_FILE_BYTES) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(content))
                        .toString()
                        .replaceFirst("\\r?\\n\\z", "");
            }
            faults.add(place, path, '"' + written + "\" (expected: a file of at most 64 KiB)");
        } catch (CharacterCodingException e) {
            faults.add(place, path, '"' + written + "\" (expected: a file of text, UTF-8)");
        } catch (InvalidPathException e) {
            faults.add(place, path, '"' + written + "\" (expected: the name of a file)");
        } catch (IOException e) {
            faults.add(place, path, '"' + written + "\" (expected: a file that can be read): " + LocalFiles.reason(e));
        }
        return null;
    }
}
