package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.request.PlainRequest;
import dev.penstock.resolve.IpLiteral;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What would become of a request, asked as JSON. Immutable.
 *
 * @param text the request as it was asked for
 * @param request it
 * @param all whether to tell of routes of other hosts, too
 */
public record RequestQuestion(String text, PlainRequest request, boolean all) {
    /** As RFC 9110, 5.1 and 5.5: a request with others is refused before anything is decided on it. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");
    private static final PlainRequest UNSET = PlainRequest.get("/");

    /** Checks for null. */
    public RequestQuestion {
        requireNonNull(text, "text");
        requireNonNull(request, "request");
    }

    /**
     * Reads a question.
     *
     * @param name what faults call the text
     * @param json an object with {@code request}, see {@link RequestText}, maybe {@code headers}, {@code client}, {@code
     *     listener} and {@code all}
     * @param listeners by which the request may come in
     * @return what is asked
     * @throws ConfigurationException with every fault
     */
    public static RequestQuestion read(String name, String json, List<ListenerSpec> listeners) {
        var faults = new Faults(name);
        Node root = TreeReader.json(json, faults);
        faults.throwIfAny();
        Fields fields = new Value("", root.place(), root, faults).fields("keys with values: request, headers ...");
        String text = text(fields);
        PlainRequest request = request(fields, listeners);
        boolean all = fields.optional("all", false, flag -> flag.flag(false));
        fields.end();
        faults.throwIfAny();
        return new RequestQuestion(text, request, all);
    }

    static String text(Fields fields) {
        return fields.required("request", "a request as in GET https://www.example.com/x", "/", Value::spelled);
    }

    /** What the keys say that a request is made of. */
    static PlainRequest request(Fields fields, List<ListenerSpec> listeners) {
        PlainRequest request = fields.optional("request", UNSET, value -> request(value, listeners));
        request = fields.optional("headers", request, new Headers(request)::with);
        PlainRequest plain = request;
        request = fields.optional("client", plain, client -> plain.withClient(address(client)));
        PlainRequest known = request;
        return fields.optional("listener", known, given -> known.withListener(listener(given, listeners)));
    }

    private static PlainRequest request(Value value, List<ListenerSpec> listeners) {
        return value.parsed(
                "a method and a URL, as in GET https://www.example.com/x",
                UNSET,
                text -> RequestText.read(text, listeners));
    }

    private record Headers(PlainRequest request) {
        PlainRequest with(Value headers) {
            PlainRequest with = request;
            for (Map.Entry<String, Value> header :
                    headers.fields("names with values").all().entrySet()) {
                if (!NAME.matcher(header.getKey()).matches()) {
                    header.getValue().fault("not the name of a header (expected: letters, digits and !#$%&'*+-.^_`|~)");
                }
                String value = header.getValue().spelled();
                if (CONTROL.matcher(value).find()) {
                    header.getValue().unexpected("a value without control characters");
                }
                with = with.withHeader(header.getKey(), value);
            }
            return with;
        }
    }

    private static String address(Value value) {
        return value.parsed(
                "an IP address",
                "",
                text -> IpLiteral.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException(text))
                        .getHostAddress());
    }

    private static String listener(Value value, List<ListenerSpec> listeners) {
        Set<String> names = new LinkedHashSet<>();
        listeners.forEach(listener -> names.add(listener.name()));
        String name = value.spelled();
        if (!name.isEmpty() && !names.contains(name)) {
            value.unexpected("one of " + String.join(", ", names));
        }
        return name;
    }
}
