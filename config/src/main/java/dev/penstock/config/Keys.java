package dev.penstock.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** All keys of the configuration file. Immutable. */
final class Keys {
    private final List<Key> all;

    private Keys(List<Key> all) {
        this.all = List.copyOf(all);
    }

    /** Those of {@code keys.txt}, in its order. */
    static Keys read() {
        try (InputStream in = Keys.class.getResourceAsStream("keys.txt")) {
            if (in == null) {
                throw new IllegalStateException("keys.txt: missing (expected: among the resources of the module)");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Keys(text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Keys::key)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Key key(String line) {
        String[] columns = line.split(" \\| ", -1);
        if (columns.length != 4) {
            throw new IllegalStateException("keys.txt: " + line + " (expected: key | type | default | meaning)");
        }
        return new Key(columns[0], KeyTypeParser.parse(columns[1]), dashed(columns[2]), dashed(columns[3]));
    }

    private static String dashed(String column) {
        return column.equals("-") ? "" : column;
    }

    List<Key> all() {
        return all;
    }

    /** The keys of a mapping; those of the first level are owned by an empty text. */
    List<Key> of(String owner) {
        return all.stream().filter(key -> key.owner().equals(owner)).toList();
    }
}
