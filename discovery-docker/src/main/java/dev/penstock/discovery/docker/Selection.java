package dev.penstock.discovery.docker;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.UriOptions;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one service looks for. Immutable.
 *
 * @param service one that the conventions know; empty: labels say
 * @param labels what a container must have; an empty value means any
 * @param port of the containers with these labels; 0: as their own labels, or they themselves, say
 * @param conventions how containers are read
 */
record Selection(String service, Map<String, String> labels, int port, Conventions conventions) {
    static final String SERVICE = "service";
    static final String LABEL = "label";
    static final Set<String> OPTIONS = Set.of(SERVICE, LABEL, "port");

    Selection {
        labels = Map.copyOf(labels);
    }

    /**
     * Reads a query.
     *
     * @throws IllegalArgumentException if it makes no sense
     */
    static Selection of(ServiceQuery query) {
        UriOptions options = UriOptions.of(query.options());
        String service = options.text(SERVICE).orElse("");
        SortedMap<String, String> labels = new TreeMap<>();
        String given = options.text(LABEL).orElse("");
        for (String item : given.isEmpty() ? new String[0] : given.split(",", -1)) {
            int equals = item.indexOf('=');
            String name = equals < 0 ? item.strip() : item.substring(0, equals).strip();
            if (name.isEmpty()
                    || labels.put(
                                    name,
                                    equals < 0 ? "" : item.substring(equals + 1).strip())
                            != null) {
                throw new IllegalArgumentException(
                        "label: \"" + given + "\" (expected: name=value, several joined by commas, each name once)");
            }
        }
        int port = options.number("port", 0, 1, 65_535);
        if (service.isEmpty() == labels.isEmpty()) {
            throw new IllegalArgumentException("selector: " + (service.isEmpty() ? "none" : "label and service")
                    + " (expected: one, as in docker://?label=app=shop or docker://?service=shop)");
        }
        if (port > 0 && !service.isEmpty()) {
            throw new IllegalArgumentException("port: " + port + " (expected: none with service, whose labels say it)");
        }
        return new Selection(service, labels, port, Conventions.of(options));
    }

    Listing listing(View view) {
        return service.isEmpty() ? view.labelled(labels, port) : view.service(service);
    }
}
