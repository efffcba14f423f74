package dev.penstock.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schema of the configuration file, for editors. Stateless. */
public final class ConfigurationSchema {
    /** What a value that is text may have in it: a variable of the environment or a file. */
    private static final String REFERENCE = "\\$\\{";

    private ConfigurationSchema() {}

    /**
     * The schema of a configuration file and of each file of a folder; what needs the whole of a configuration, as that a
     * route names a service there is, only the reader says.
     *
     * @return a JSON Schema of draft 2020-12, in lines that end with a line feed
     */
    public static String json() {
        Keys keys = Keys.read();
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("$id", "urn:penstock:configuration");
        root.put("title", "Configuration of Penstock");
        root.putAll(new KeySchemas(keys).mapping("", new KeyType.Settings("", List.of(), false)));
        root.put("$defs", definitions());
        return text(root);
    }

    private static Map<String, Object> definitions() {
        Map<String, Object> definitions = new LinkedHashMap<>();
        definitions.put("reference", KeySchemas.string(REFERENCE));
        String digits = "[0-9]{1,12}";
        definitions.put("duration", KeySchemas.string("^(?=[0-9]*[1-9])" + digits + "(ms|s|m|h|d)$|" + REFERENCE));
        definitions.put("durationOrZero", KeySchemas.string("^" + digits + "(ms|s|m|h|d)$|" + REFERENCE));
        definitions.put("size", KeySchemas.string("^" + digits + "(B|KiB|MiB|GiB)?$|" + REFERENCE));
        for (TextKind kind : TextKind.values()) {
            if (!kind.pattern().isEmpty()) {
                String pattern = "^(" + kind.pattern() + ")$|" + REFERENCE;
                definitions.put(KeySchemas.name(kind), KeySchemas.string(pattern));
            }
        }
        return definitions;
    }

    /** A tree of maps, lists, texts, numbers and flags, in lines. */
    static String text(Object root) {
        var text = new StringWriter();
        var indent = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.setPrettyPrinter(printer);
            write(out, root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.writeFieldName(String.valueOf(entry.getKey()));
                write(out, entry.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object item : list) {
                write(out, item);
            }
            out.writeEndArray();
        } else if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else {
            out.writeString(String.valueOf(value));
        }
    }
}
