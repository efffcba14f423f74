package dev.penstock.discovery.marathon;

import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.ServicePort;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Problems;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The service ports of one snapshot as listeners and services. Confined to one making.
 *
 * <p>A port is there as long as a task is listed that has it. What labels say of it is that of its app: the one which has the port
 * without a label, and of several the first by id. Of an app with several ports the lowest is called like the app.
 */
final class PortDefinitions {
    private static final Comparator<Claim> FIRST = Comparator.comparing(Claim::joins)
            .thenComparing(claim -> claim.app().id())
            .thenComparing(claim -> claim.port().index())
            .thenComparing(
                    Comparator.comparing((Claim claim) -> claim.app().version()).reversed());

    private final String source;
    private final URI shared;
    private final PortRules rules;
    private final Snapshot snapshot;
    private final Set<String> problems;
    private final Map<String, PortLabels> settings = new HashMap<>(); // as said of ports, wherever they are opened
    private final List<ServicePort> ports = new ArrayList<>();

    private PortDefinitions(String source, URI shared, PortRules rules, Snapshot snapshot) {
        this.source = source;
        this.shared = shared;
        this.rules = rules;
        this.snapshot = snapshot;
        problems = new LinkedHashSet<>(snapshot.allProblems());
    }

    /**
     * Makes them.
     *
     * @param source the name of the catalog, for people
     * @param shared the URI that names the source
     */
    static CatalogReader.Found of(String source, URI shared, PortRules rules, Snapshot snapshot) {
        return new PortDefinitions(source, shared, rules, snapshot).found();
    }

    private CatalogReader.Found found() {
        SortedMap<Integer, List<Claim>> byPort = new TreeMap<>();
        for (Claim claim : snapshot.claims()) {
            byPort.computeIfAbsent(claim.servicePort(), port -> new ArrayList<>())
                    .add(claim);
        }
        List<Claim> none = byPort.remove(0);
        if (none != null) {
            none.forEach(claim -> problems.add("app " + claim.app().id() + ": service port of port "
                    + claim.port().index() + ": 0 (expected: 1..65535)"));
        }
        if (byPort.remove(rules.callbackPort()) != null) {
            problems.add("service port " + rules.callbackPort()
                    + ": events come in there (expected: another port than that of callback)");
        }
        byPort.forEach((port, claims) -> add(port, claims, false)); // they are called before those of UDP
        byPort.forEach((port, claims) -> add(port, claims, true));
        CatalogReader.Found found = rules.ports().found(ports, List.copyOf(problems));
        return found.withListeners(found.listeners().stream().map(this::set).toList());
    }

    private ListenerSpec set(ListenerSpec listener) {
        PortLabels labels = listener.apart() ? settings.get(key(listener.port(), listener.protocol())) : null;
        return labels == null ? listener : PortSettings.listener(listener, labels);
    }

    private static String key(int port, Protocol protocol) {
        return port + (protocol.isOverTcp() ? "" : " of UDP");
    }

    private void add(int port, List<Claim> all, boolean udp) {
        all.stream()
                .filter(claim -> claim.port().speaks(udp) && (rules.exposeHost() || !claim.own()))
                .min(FIRST)
                .ifPresent(main -> {
                    try {
                        add(port, main, udp);
                    } catch (IllegalArgumentException e) {
                        problems.add("app " + main.app().id() + ": service port " + port + ": " + Problems.of(e));
                    }
                });
    }

    private void add(int port, Claim main, boolean udp) {
        PortLabels labels = newest(main);
        Protocol protocol = PortSettings.protocol(labels, udp);
        String title = main.app().title();
        String name = title + ":" + port + (udp ? "/udp" : ""); // whatever other ports it has, and catalogs
        ServiceSpec service = ServiceSpec.of(name)
                .withDiscover(MarathonUri.service(shared, "", options(port, udp)))
                .withProvenance(new Provenance(source, "app " + main.app().id()));
        var made = new ServicePort(port, protocol, PortSettings.service(service, labels, rules), title);
        ports.add(made);
        settings.put(key(port, protocol), labels);
    }

    private String options(int port, boolean udp) {
        return "servicePort=" + port + (udp ? "&udp=true" : "") + (rules.exposeHost() ? "" : "&hideHost=true");
    }

    /** What the newest version says of the port, although tasks may run others: it needs no new task to count. */
    private PortLabels newest(Claim claim) {
        App app = snapshot.apps().getOrDefault(claim.app().id(), claim.app());
        List<String> sentences = new ArrayList<>();
        PortLabels found = claim.labels();
        for (int index = 0; index < Math.max(app.ports().size(), claim.port().index() + 1); index++) {
            PortLabels labels = PortLabels.of(app, index, sentences);
            int said = app.port(index).servicePort();
            int servicePort = labels.servicePort() == 0 ? said : labels.servicePort();
            boolean unsaid = servicePort == 0 && index == claim.port().index();
            if (servicePort == claim.servicePort() || unsaid) {
                found = labels;
                break;
            }
        }
        problems.addAll(sentences);
        return found;
    }
}
