package dev.penstock.config;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The reference of all keys for people, in Markdown. Stateless. */
final class ReferenceText {
    private static final String HEAD = """
            # All keys of the configuration file

            Made of `config/src/main/resources/dev/penstock/config/keys.txt`; `docs/configuration.schema.json` says the same to
            [editors](configuration.md#in-an-editor). How values are written, and what the parts are for:
            [configuration.md](configuration.md). In the name of a key `[]` is an item of a list, and `*` a name of the user's own.
            A value behind `default` in `code` could be written as it stands; durations and sizes carry their unit, per cents
            are told by `%`, all other numbers are counts.
            """;

    private ReferenceText() {}

    static String of(Keys keys) {
        Set<String> owners = new LinkedHashSet<>();
        keys.all().forEach(key -> owners.add(key.owner()));
        return HEAD + owners.stream().map(owner -> section(owner, keys)).collect(Collectors.joining());
    }

    private static String section(String owner, Keys keys) {
        String title = owner.isEmpty() ? "The file" : owner;
        boolean first = owner.replace(".*", "").indexOf('.') < 0;
        return (first ? "\n## " : "\n### ") + title
                + "\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n"
                + keys.of(owner).stream().map(ReferenceText::row).collect(Collectors.joining());
    }

    private static String row(Key key) {
        return "| `" + key.path() + "` | " + key.type().told() + " | " + key.standard() + " | " + key.meaning()
                + " |\n";
    }
}
