package dev.penstock.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** JSON Schemas of keys, as trees of maps, lists, texts, numbers and flags. Immutable. */
final class KeySchemas {
    private final Keys keys;

    KeySchemas(Keys keys) {
        this.keys = keys;
    }

    /** A text that an expression is found in. */
    static Map<String, Object> string(String pattern) {
        return of("type", "string", "pattern", pattern);
    }

    /** What the definition of a kind of text is called. */
    static String name(TextKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Keys with values. */
    Map<String, Object> mapping(String path, KeyType.Settings settings) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Key key : keys.of(settings.of().isEmpty() ? path : settings.of())) {
            if (!settings.but().contains(key.name())) {
                properties.put(key.name(), property(key));
                if (key.required() && settings.but().isEmpty()) {
                    required.add(key.name());
                }
            }
        }
        Map<String, Object> schema = of("type", "object", "properties", properties, "additionalProperties", false);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (settings.one()) {
            schema.put("minProperties", 1L);
            schema.put("maxProperties", 1L);
        }
        return schema;
    }

    private Map<String, Object> property(Key key) {
        Map<String, Object> schema = new LinkedHashMap<>();
        String standard = key.standard().isEmpty() || key.required() ? "" : " Default: " + key.standard() + ".";
        schema.put(
                "description",
                plain(key.meaning() + "." + standard + " (" + key.type().told() + ")"));
        schema.putAll(anyOf(schemas(key.path(), key.type())));
        return schema;
    }

    /** Without the links of Markdown. */
    private static String plain(String meaning) {
        return meaning.replaceAll("\\[([^]\\[]*)]\\([^)]*\\)", "$1").replace("**", "");
    }

    private static Map<String, Object> anyOf(List<Map<String, Object>> schemas) {
        List<Map<String, Object>> distinct = schemas.stream().distinct().toList();
        return distinct.size() == 1 ? distinct.get(0) : of("anyOf", distinct);
    }

    /** What a type at a path may be, one schema for each. */
    private List<Map<String, Object>> schemas(String path, KeyType type) {
        List<Map<String, Object>> schemas = new ArrayList<>();
        if (type instanceof KeyType.Either either) {
            either.types().forEach(one -> schemas.addAll(schemas(path, one)));
        } else if (type instanceof KeyType.Settings settings) {
            schemas.add(mapping(path, settings));
        } else if (type instanceof KeyType.Named named) {
            schemas.add(of("type", "object", "additionalProperties", anyOf(schemas(path + ".*", named.value()))));
        } else if (type instanceof KeyType.Many many) {
            if (many.orOne()) {
                schemas.addAll(alone(many.item()));
            }
            schemas.add(of("type", "array", "items", anyOf(schemas(path + "[]", many.item()))));
        } else {
            schemas.addAll(scalar(type));
        }
        return schemas;
    }

    private List<Map<String, Object>> alone(KeyType item) {
        List<KeyType> types = item instanceof KeyType.Either either ? either.types() : List.of(item);
        return types.stream()
                .filter(KeyType::isScalar)
                .flatMap(type -> scalar(type).stream())
                .toList();
    }

    private static List<Map<String, Object>> scalar(KeyType type) {
        Map<String, Object> reference = definition("reference");
        if (type instanceof KeyType.Text text) {
            return text(text.kind());
        }
        if (type instanceof KeyType.Time time) {
            return List.of(definition(time.zero() ? "durationOrZero" : "duration"));
        }
        if (type instanceof KeyType.Size size) {
            Map<String, Object> bytes = of("type", "integer", "minimum", bytes(size.least()));
            if (!size.most().isEmpty()) {
                bytes.put("maximum", bytes(size.most()));
            }
            return List.of(bytes, definition("size"));
        }
        if (type instanceof KeyType.Whole whole) {
            return List.of(of("type", "integer", "minimum", whole.least(), "maximum", whole.most()), reference);
        }
        if (type instanceof KeyType.Fraction number) {
            return List.of(of("type", "number", "minimum", number.least(), "maximum", number.most()), reference);
        }
        if (type instanceof KeyType.Literal literal) {
            return List.of(of("enum", literal(literal.word())), reference);
        }
        return List.of(of("type", "boolean"), reference);
    }

    private static List<Map<String, Object>> text(TextKind kind) {
        List<Map<String, Object>> schemas = new ArrayList<>();
        schemas.add(kind.pattern().isEmpty() ? string("\\S") : definition(name(kind)));
        if (kind.numbers()) {
            schemas.add(of("type", "number"));
        }
        if (kind.flags()) {
            schemas.add(of("type", "boolean"));
        }
        return schemas;
    }

    /** How editors may take a word: 1.2 is a number in YAML, and the reader takes it as it is spelled. */
    static List<Object> literal(String word) {
        if (word.matches("[0-9]+")) {
            return List.of(Long.parseLong(word));
        }
        if (word.matches("[0-9.]+")) {
            return List.of(word, Double.parseDouble(word));
        }
        return List.of(word.equals("true") || word.equals("false") ? (Object) Boolean.valueOf(word) : word);
    }

    /** What a size as in {@code 8KiB} is in bytes. */
    static long bytes(String size) {
        var value = new Value("", Place.WHOLE, new Node.Scalar(Place.WHOLE, Node.Kind.TEXT, size), new Faults(""));
        return value.size(0, Long.MAX_VALUE, 0);
    }

    private static Map<String, Object> definition(String name) {
        return of("$ref", "#/$defs/" + name);
    }

    private static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }
}
