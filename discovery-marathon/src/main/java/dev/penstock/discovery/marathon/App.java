package dev.penstock.discovery.marathon;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * One version of an app. Immutable.
 *
 * @param id as in {@code /product/system/service}
 * @param version empty if it is not known
 * @param ports in the order of its definition
 * @param checked whether it has health checks
 * @param awaited whether it has readiness checks, and a deployment of it is under way
 * @param ready what these found, by the id of the task or instance
 * @param labels its own
 */
record App(
        String id,
        String version,
        List<Port> ports,
        boolean checked,
        boolean awaited,
        Map<String, Boolean> ready,
        Map<String, String> labels) {
    App {
        ports = List.copyOf(ports);
        ready = Map.copyOf(ready);
        labels = Map.copyOf(labels);
    }

    /** The port of that index; one of which nothing is known where it has none. */
    Port port(int index) {
        return index < ports.size() ? ports.get(index) : Port.bare(index);
    }

    /** As people call it: {@code /product/system/service} is {@code service.system.product}. */
    String title() {
        List<String> parts =
                new ArrayList<>(List.of(id.replaceAll("^/+|/+$", "").split("/+", -1)));
        Collections.reverse(parts);
        return String.join(".", parts);
    }

    /** One of which nothing is known but that it has tasks. */
    static App unknown(String id) {
        return new App(id, "", List.of(), false, false, Map.of(), Map.of());
    }

    /** The same as a version that is not being deployed. */
    App settled() {
        return awaited ? new App(id, version, ports, checked, false, Map.of(), labels) : this;
    }
}
