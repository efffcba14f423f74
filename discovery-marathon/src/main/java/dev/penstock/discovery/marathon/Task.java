package dev.penstock.discovery.marathon;

import java.util.List;

/**
 * A task as Marathon lists it. Immutable.
 *
 * @param id its own
 * @param app the id of its app
 * @param version of its app; empty if it is not said
 * @param host where it runs; empty if it is not said
 * @param ports of the host, in the order of the app's ports that have one
 * @param servicePorts in the order of the app's ports; empty if it is not said
 * @param addresses of its own
 * @param state as in {@code TASK_RUNNING}; versions before 0.15.4 do not say it
 * @param alive what its health checks found
 * @param zone empty if it is not said
 */
record Task(
        String id,
        String app,
        String version,
        String host,
        List<Integer> ports,
        List<Integer> servicePorts,
        List<String> addresses,
        String state,
        List<Boolean> alive,
        String zone) {
    static final String RUNNING = "TASK_RUNNING";
    static final String KILLING = "TASK_KILLING";

    Task {
        ports = List.copyOf(ports);
        servicePorts = List.copyOf(servicePorts);
        addresses = List.copyOf(addresses);
        alive = List.copyOf(alive);
    }
}
