package dev.penstock.discovery.marathon;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.UriOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which ports of which tasks are endpoints of a service. Immutable.
 *
 * @param app the id of an app; empty: all with the service port
 * @param index of a port of it; -1: not said
 * @param port the container port, else service port, or the name of it; empty: not said
 * @param servicePort of any app; 0: not said
 * @param udp whether ports of UDP are meant
 * @param hidesHost whether tasks are left out that listen on the service port itself at their hosts
 */
record Selection(String app, int index, String port, int servicePort, boolean udp, boolean hidesHost) {
    static final Set<String> FLAGS = Set.of("udp", "hideHost");
    static final Set<String> OPTIONS = Set.of("index", "port", "servicePort", "udp", "hideHost");

    private static final int MAX_PORT = 65_535;
    private static final int MAX_INDEX = 999;

    /**
     * Reads a query.
     *
     * @throws IllegalArgumentException if it makes no sense
     */
    static Selection of(ServiceQuery query) {
        UriOptions options = UriOptions.of(query.options());
        int servicePort = options.number("servicePort", 0, 1, MAX_PORT);
        int index = options.number("index", -1, 0, MAX_INDEX);
        String port = options.text("port").orElse("");
        if (query.name().isEmpty() == (servicePort == 0)) {
            throw new IllegalArgumentException(
                    "path: \"" + query.name()
                            + "\" (expected: the id of an app, as in marathon://host:8080/group/app, or servicePort, one of them)");
        }
        if ((index >= 0 ? 1 : 0) + (port.isEmpty() ? 0 : 1) + (servicePort == 0 ? 0 : 1) > 1) {
            throw new IllegalArgumentException("options: more than one port (expected: index, port or servicePort)");
        }
        String app = query.name().isEmpty() ? "" : "/" + query.name();
        boolean hidesHost = options.flag("hideHost", false);
        return new Selection(app, index, port, servicePort, options.flag("udp", false), hidesHost);
    }

    Listing listing(Snapshot snapshot) {
        List<Served> found = app.isEmpty() ? ofServicePort(snapshot) : ofApp(snapshot);
        Set<String> apps = new TreeSet<>();
        if (!app.isEmpty()) {
            apps.add(app);
        }
        found.forEach(served -> apps.add(served.app()));
        return new Listing(found.stream().map(Served::endpoint).toList(), snapshot.problems(apps), null);
    }

    private List<Served> ofServicePort(Snapshot snapshot) {
        return firstOfTasks(snapshot.byServicePort().getOrDefault(servicePort, List.of()));
    }

    /** Of two ports of one task with one service port the first counts. */
    private List<Served> firstOfTasks(List<Served> all) {
        Set<String> tasks = new HashSet<>();
        return all.stream()
                .filter(one -> one.port().speaks(udp) && !(hidesHost && one.own()))
                .filter(one -> tasks.add(one.endpoint().metadata().get("marathon.task")))
                .toList();
    }

    private List<Served> ofApp(Snapshot snapshot) {
        List<Served> all = snapshot.served().getOrDefault(app, List.of()).stream()
                .filter(served -> served.port().speaks(udp) && !(hidesHost && served.own()))
                .toList();
        return all.stream().filter(wanted(ports(snapshot, all))).toList();
    }

    /** What the app is defined to have, whether or not it is served; where no definition is known, what is served. */
    private List<Port> ports(Snapshot snapshot, List<Served> all) {
        App definition = snapshot.apps().get(app);
        return definition == null || definition.ports().isEmpty()
                ? all.stream().map(Served::port).toList()
                : definition.ports().stream()
                        .filter(defined -> defined.speaks(udp))
                        .toList();
    }

    private Predicate<Served> wanted(List<Port> ports) {
        if (!port.isEmpty() && !port.matches("[0-9]{1,5}")) {
            return served -> served.port().name().equals(port);
        }
        if (!port.isEmpty()) {
            int number = Integer.parseInt(port);
            boolean inside = ports.stream().anyMatch(defined -> defined.containerPort() == number);
            return served -> (inside ? served.port().containerPort() : served.servicePort()) == number;
        }
        int first = ports.stream().mapToInt(Port::index).min().orElse(-1);
        int which = index >= 0 ? index : first;
        return served -> served.port().index() == which;
    }
}
