package dev.penstock.config;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.config.RequestCase.Aspect;
import dev.penstock.request.PlainRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads requests with what is expected of them: YAML, or JSON from files named {@code *.json}. Confined to one reading. */
public final class RequestCases {
    private final List<ListenerSpec> listeners;

    private RequestCases(List<ListenerSpec> listeners) {
        this.listeners = listeners;
    }

    /**
     * Reads a file.
     *
     * @param file at most 16 MiB of UTF-8
     * @param listeners by which the requests may come in
     * @return at least one case, in the order of the file
     * @throws ConfigurationException with every fault, if the file cannot be read or used
     */
    public static List<RequestCase> read(Path file, List<ListenerSpec> listeners) {
        String name = file.toString();
        return read(name, ConfigurationReader.content(name, file, new LocalFiles()), listeners);
    }

    static List<RequestCase> read(String name, String text, List<ListenerSpec> listeners) {
        var faults = new Faults(name);
        Node root = TreeReader.read(name, text, faults);
        faults.throwIfAny();
        Fields fields = new Value("", root.place(), root, faults).fields("cases: a list");
        List<Value> items = fields.required("cases", "a list of cases", List.of(), RequestCases::some);
        fields.end();
        var reader = new RequestCases(listeners);
        List<RequestCase> cases = items.stream().map(reader::item).toList();
        faults.throwIfAny();
        return cases;
    }

    private static List<Value> some(Value value) {
        List<Value> items = value.items("a list of cases");
        if (items.isEmpty() && value.isList()) {
            value.fault("an empty list (expected: at least one case)");
        }
        return items;
    }

    private RequestCase item(Value value) {
        Fields fields = value.fields("keys with values: request, expect ...");
        String text = RequestQuestion.text(fields);
        String name = fields.optional("name", text, given -> given.text(text));
        PlainRequest known = RequestQuestion.request(fields, listeners);
        Map<Aspect, List<String>> expected =
                fields.required("expect", "one of route, service, endpoint, answer", Map.of(), RequestCases::expected);
        fields.end();
        return new RequestCase(name, Math.max(1, value.place().line()), known, expected);
    }

    private static Map<Aspect, List<String>> expected(Value value) {
        Map<Aspect, List<String>> expected = new EnumMap<>(Aspect.class);
        Fields fields = value.fields("one of route, service, endpoint, answer");
        for (Aspect aspect : Aspect.values()) {
            List<String> values = fields.optional(aspect.word(), List.of(), RequestCases::values);
            if (!values.isEmpty()) {
                expected.put(aspect, values);
            }
        }
        fields.end();
        if (value.node() instanceof Node.Mapping mapping && mapping.entries().isEmpty()) {
            value.fault("nothing (expected: one of route, service, endpoint, answer)");
        }
        return expected;
    }

    private static List<String> values(Value value) {
        List<String> values = new ArrayList<>();
        value.oneOrMore("a value, or a list of them").forEach(item -> values.add(item.spelled()));
        return values;
    }
}
