package dev.penstock.discovery.marathon;

import dev.penstock.label.LabelService;
import dev.penstock.label.LabelledThing;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The labels of one app, in which Traefik's Marathon provider names ports by number, as in {@code index:1}, or by name, as in
 * {@code name:admin}. Confined to one making.
 */
final class PortNames {
    private static final Pattern KEY =
            Pattern.compile("traefik\\.http\\.services\\.([^.]+)\\.loadbalancer\\.server\\.port");
    private static final Pattern INDEX = Pattern.compile("index:\\s*([0-9]{1,3})");
    private static final Pattern NAME = Pattern.compile("name:\\s*([A-Za-z][A-Za-z0-9_-]{0,100})");
    private static final String OF_SOURCE = "traefik.marathon.";

    private final LabelledThing thing;
    private final Map<String, String> options = new HashMap<>();

    PortNames(App app) {
        Map<String, String> labels = new HashMap<>();
        app.labels().forEach((key, value) -> {
            String lower = key.strip().toLowerCase(Locale.ROOT);
            if (!lower.startsWith(OF_SOURCE)) {
                labels.put(key, plain(lower, value.strip()));
            }
        });
        thing = new LabelledThing("app " + app.id(), app.title(), labels);
    }

    /** A port that all labels know in the place of one that only those of Marathon do. */
    private String plain(String key, String value) {
        Matcher service = KEY.matcher(key);
        Matcher index = INDEX.matcher(value);
        Matcher name = NAME.matcher(value);
        if (!service.matches() || !(index.matches() || name.matches())) {
            return value;
        }
        options.put(service.group(1), index.matches() ? "index=" + index.group(1) : "port=" + name.group(1));
        return "1";
    }

    /** The app as its labels are read. */
    LabelledThing thing() {
        return thing;
    }

    /** The option that names the port of a service; empty for the first one. */
    String option(LabelService service) {
        String otherwise = service.port() == 0 ? "" : "port=" + service.port();
        return options.getOrDefault(service.name().toLowerCase(Locale.ROOT), otherwise);
    }
}
