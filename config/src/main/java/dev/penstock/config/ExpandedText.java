package dev.penstock.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes a document whose references are resolved as JSON, for who resolves none. Stateless. */
final class ExpandedText {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

    private ExpandedText() {}

    /** Without what is of the program alone and may be secret. */
    static String of(Node root) {
        Object plain = plain(root);
        if (plain instanceof Map<?, ?> keys) {
            keys.remove("admin");
            if (keys.containsKey("listeners")) {
                keys.remove("catalogs"); // nothing is required in their place
            }
        }
        return ConfigurationSchema.text(plain);
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
        return plain((Node.Scalar) node);
    }

    /** A number with a fraction stays as it is spelled: as a text it is taken as well. */
    private static Object plain(Node.Scalar scalar) {
        String text = scalar.text();
        boolean any = scalar.kind() == Node.Kind.RESOLVED;
        if ((any || scalar.kind() == Node.Kind.NUMBER)
                && WHOLE_NUMBER.matcher(text).matches()) {
            return Long.parseLong(text);
        }
        boolean flag = text.equals("true") || text.equals("false");
        return flag && (any || scalar.kind() == Node.Kind.FLAG) ? (Object) Boolean.parseBoolean(text) : text;
    }
}
