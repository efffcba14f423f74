package dev.penstock.gateway;

import dev.penstock.Explanation;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.Configuration;
import dev.penstock.route.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a running gateway would know besides the configuration. Confined to one thread. */
final class NotAsked {
    private final Configuration configuration;
    private final Set<String> services = new TreeSet<>();

    NotAsked(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Notes the services that had a part in a decision. */
    void had(Explanation explanation) {
        if (explanation.routing() instanceof Routing.To to) {
            note(to.route().service().value()); // which its fallback may have stood in for
        }
        note(explanation.service());
    }

    private void note(String name) {
        configuration.catalog().services().stream()
                .filter(spec -> spec.name().value().equals(name))
                .map(ServiceSpec::discover)
                .filter(sources -> !sources.isEmpty())
                .forEach(sources -> services.add('"' + name + '"'));
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!services.isEmpty()) {
            notes.add("note: not asked, though they may know more endpoints: the sources of "
                    + String.join(", ", services));
        }
        if (!configuration.catalogs().isEmpty()) {
            notes.add("note: not asked, though they may define more routes and services: the catalogs");
        }
        return notes;
    }
}
