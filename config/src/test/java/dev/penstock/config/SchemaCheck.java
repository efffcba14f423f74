package dev.penstock.config;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a validator of JSON Schema says of documents by the schema of the configuration file. Immutable. */
final class SchemaCheck {
    private final Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ConfigurationSchema.json(), InputFormat.JSON);

    /** What is wrong with a document in JSON. */
    List<String> json(String document) {
        return schema.validate(document, InputFormat.JSON).stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }

    /** The same of YAML, as an editor takes it. */
    List<String> yaml(String document) {
        var faults = new Faults("example.yaml");
        Node root = TreeReader.read("example.yaml", document, faults);
        faults.throwIfAny();
        return json(ConfigurationSchema.text(plain(root)));
    }

    private static Object plain(Node node) {
        if (node instanceof Node.Mapping mapping) {
            Map<String, Object> map = new LinkedHashMap<>();
            mapping.entries().forEach(entry -> map.put(entry.key(), plain(entry.value())));
            return map;
        }
        if (node instanceof Node.Sequence sequence) {
            List<Object> list = new ArrayList<>();
            sequence.items().forEach(item -> list.add(plain(item)));
            return list;
        }
        var scalar = (Node.Scalar) node;
        return switch (scalar.kind()) {
            case FLAG -> Boolean.valueOf(scalar.text());
            case NUMBER -> number(scalar.text());
            default -> scalar.text();
        };
    }

    private static Object number(String text) {
        return text.matches("-?[0-9]+") ? (Object) Long.valueOf(text) : Double.valueOf(text);
    }
}
