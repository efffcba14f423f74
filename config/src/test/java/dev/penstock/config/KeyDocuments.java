package dev.penstock.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents in which one key has a value, with no more than must stand beside it. Immutable. */
final class KeyDocuments {
    /** What must stand in keys with values besides what is required, by their path: without it they say nothing. */
    private static final Map<String, Map<String, Object>> BESIDE = Map.of(
            "services.*", Map.of("endpoints", "127.0.0.1:1"),
            "services.*.retry.backoff", Map.of("first", "1ms"),
            "services.*.fallback", Map.of("service", "other"),
            "services.*.tls", Map.of("certificate", "a.pem", "key", "a.key"),
            "listeners[].tls.certificates[].clients", Map.of("ca", "ca.pem"),
            "routes[].middleware[].addresses", Map.of("allow", "10.0.0.0/8"),
            "routes[].middleware[].basicAuth", Map.of("usersFile", "users"),
            "routes[].middleware[].redirect", Map.of("host", "www.example.com", "scheme", "https"),
            "routes[].middleware[].request", Map.of("remove", "x"),
            "routes[].middleware[].answer", Map.of("remove", "x"));

    /** Of two keys one: what stands beside goes where this key is given. */
    private static final Map<String, String> INSTEAD =
            Map.of("services.*.fallback.endpoints", "service", "services.*.discover", "endpoints");

    private final Keys keys = Keys.read();

    /** A document in one line, in which a key has a value; without the key where the value is null. */
    String with(String path, @Nullable Object value) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("listeners", List.of(Map.of("address", "127.0.0.1:0")));
        Map<String, Object> owner = root;
        var at = new StringBuilder();
        String[] names = path.split("\\.", -1);
        for (int i = 0; i < names.length - 1; i++) {
            at.append(i == 0 ? "" : ".").append(names[i]);
            owner = below(owner, names[i], at.toString());
        }
        String last = names[names.length - 1];
        if (INSTEAD.containsKey(path)) {
            owner.remove(INSTEAD.get(path));
        }
        if (value == null) {
            owner.remove(last);
        } else {
            owner.put(last, value);
        }
        return ConfigurationSchema.text(root).replaceAll("\n *", " "); // one line: all stands at the same place
    }

    /** The keys with values that a name stands for, new, with what must be there. */
    private Map<String, Object> below(Map<String, Object> owner, String name, String path) {
        Map<String, Object> made = new LinkedHashMap<>(BESIDE.getOrDefault(path, Map.of()));
        for (Key key : keys.of(path)) {
            if (key.required()) {
                made.put(key.name(), KeySamples.good(key.type()).get(0));
            }
        }
        boolean item = name.endsWith("[]");
        String key = item ? name.substring(0, name.length() - 2) : name.equals("*") ? "x" : name;
        owner.put(key, item ? new ArrayList<>(List.of(made)) : made);
        return made;
    }
}
