package dev.penstock.discovery.marathon;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The service ports of a Marathon: what load balancers listen on for its apps. Immutable.
 *
 * @param ports by number, TCP before UDP
 * @param problems one sentence for each that is left out
 */
record ServicePorts(List<ServicePort> ports, List<String> problems) {
    ServicePorts {
        ports = List.copyOf(ports);
        problems = List.copyOf(problems);
    }

    /**
     * How they are read. Immutable.
     *
     * @param exposeHost whether ports count at which tasks themselves listen on their hosts
     * @param callbackPort our own; 0: none
     */
    record Rules(boolean exposeHost, int callbackPort) {}

    /** Those of all tasks. */
    static ServicePorts of(Snapshot snapshot, Rules rules) {
        List<ServicePort> ports = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        new TreeMap<>(snapshot.byServicePort()).forEach((port, served) -> {
            if (port == 0) {
                served.stream()
                        .map(one -> "app " + one.app() + ": service port of port "
                                + one.port().index() + ": 0 (expected: 1..65535)")
                        .distinct()
                        .forEach(problems::add);
            } else if (port == rules.callbackPort()) {
                problems.add(
                        "service port " + port + ": taken for events (expected: another port than that of callback)");
            } else {
                add(port, served, rules, false, ports);
                add(port, served, rules, true, ports);
            }
        });
        return new ServicePorts(ports, problems);
    }

    private static void add(int port, List<Served> all, Rules rules, boolean udp, List<ServicePort> ports) {
        List<Served> served = firstOfTasks(all, udp).stream()
                .filter(one -> rules.exposeHost() || one.endpoint().port() != port)
                .toList();
        if (!served.isEmpty()) {
            ports.add(new ServicePort(port, udp, App.name(served.get(0).app()), served));
        }
    }

    /** Of two ports of one task with one service port the first counts. */
    static List<Served> firstOfTasks(List<Served> all, boolean udp) {
        Set<String> tasks = new HashSet<>();
        return all.stream()
                .filter(one -> one.speaks(udp))
                .filter(one -> tasks.add(one.endpoint().metadata().get("marathon.task")))
                .toList();
    }

    /**
     * One service port. Immutable.
     *
     * @param port {@code 1..65535}
     * @param udp whether it is one of UDP
     * @param name that of the first of its apps
     * @param served what is behind it; not empty
     */
    record ServicePort(int port, boolean udp, String name, List<Served> served) {}
}
