package dev.penstock.discovery.docker;

import dev.penstock.discovery.Problems;
import dev.penstock.discovery.docker.Place.Published;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.endpoint.Zone;
import dev.penstock.label.LabelReader;
import dev.penstock.label.LabelRoute;
import dev.penstock.label.LabelService;
import dev.penstock.label.Labelled;
import dev.penstock.label.LabelledThing;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads one thing by conventions. Confined to that reading. */
final class ThingReader {
    private static final String VIRTUAL = "penstock.lbswarm";
    private static final List<String> COMPOSE = List.of("com.docker.compose.", "io.docker.compose.");

    private final Conventions conventions;
    private final Thing thing;
    private final Addresses addresses;
    private final Set<String> problems = new LinkedHashSet<>();
    private final List<LabelRoute> routes = new ArrayList<>();
    private final Map<String, List<Endpoint>> endpoints = new LinkedHashMap<>();
    private final Map<String, LabelService> services = new LinkedHashMap<>();

    private ThingReader(Conventions conventions, Thing thing, List<String> ownNetworks) {
        this.conventions = conventions;
        this.thing = thing;
        addresses = new Addresses(conventions, thing, ownNetworks, problems);
    }

    static Reading read(Conventions conventions, Thing thing, List<String> ownNetworks) {
        var reader = new ThingReader(conventions, thing, ownNetworks);
        reader.labels();
        return reader.reading();
    }

    /** The endpoints of a thing that a selector chose. */
    static Reading select(Conventions conventions, Thing thing, List<String> ownNetworks, int port) {
        var reader = new ThingReader(conventions, thing, ownNetworks);
        Labelled labelled = LabelReader.defaults().read(reader.labelled());
        LabelService said =
                labelled.services().stream().findFirst().orElse(new LabelService(thing.name(), 0, 1, "", true));
        reader.serve("", port == 0 ? said.port() : port, said.weight());
        return reader.reading();
    }

    private Reading reading() {
        String prefix = thing.title() + ": ";
        List<String> sentences = problems.stream()
                .map(problem -> problem.startsWith(prefix) ? problem : prefix + problem)
                .toList();
        return new Reading(new Labelled(true, routes, List.copyOf(services.values()), sentences), endpoints);
    }

    private void labels() {
        Labelled labelled = LabelReader.defaults().read(labelled());
        problems.addAll(labelled.problems());
        if (!labelled.enabled()) {
            return;
        }
        domains();
        Set<String> refused = new HashSet<>();
        for (LabelService service : labelled.services()) {
            try {
                ServiceName.of(service.name() + Definitions.SUFFIX);
                services.put(service.name(), service);
                serve(service.name(), service.port(), service.weight());
            } catch (IllegalArgumentException e) {
                refused.add(service.name());
                problems.add(Problems.of(e));
            }
        }
        labelled.routes().stream()
                .filter(route -> !refused.contains(route.service()))
                .forEach(routes::add);
    }

    private LabelledThing labelled() {
        Map<String, String> labels = new HashMap<>(thing.labels());
        labels.keySet().removeIf(key -> {
            String lower = key.toLowerCase(Locale.ROOT);
            return lower.equals(Addresses.OWN_NETWORK) || lower.equals(VIRTUAL); // for this source, not for all
        });
        return new LabelledThing(thing.title(), ownService(), labels);
    }

    /** The service of its labels where they name none: replicas of Compose are one service. */
    private String ownService() {
        String service = compose("service");
        String project = compose("project");
        return service.isEmpty() || project.isEmpty() ? thing.name() : service + "-" + project;
    }

    private String compose(String key) {
        for (String prefix : COMPOSE) {
            String value = thing.labels().getOrDefault(prefix + key, "").strip();
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    private void domains() {
        String variable = conventions.variable();
        if (!variable.isEmpty()) {
            String value = thing.variables().getOrDefault(variable, "");
            if (thing.service() && value.isEmpty()) {
                value = thing.labels().getOrDefault(variable, "");
            }
            for (String item : value.split(",", -1)) {
                domain(variable, item.strip());
            }
        }
        String service = compose("service");
        String project = compose("project");
        boolean once = compose("oneoff").equalsIgnoreCase("true");
        if (conventions.compose() && !service.isEmpty() && !project.isEmpty() && !once) {
            domain("compose", service + "." + project);
        }
    }

    private void domain(String from, String text) {
        if (text.isEmpty()) {
            return;
        }
        try {
            HostMatch host = HostMatch.parse(text);
            String service = host.text();
            ServiceName.of(service + Definitions.SUFFIX);
            boolean serves = false;
            for (Place place : thing.places()) {
                for (Published address : addresses.ofDomain(place)) {
                    serves = true;
                    add(service, place, address, 1);
                }
            }
            if (serves) {
                endpoints.computeIfAbsent(service, s -> new ArrayList<>());
                services.putIfAbsent(service, new LabelService(service, 0, 1, "", true));
                routes.add(new LabelRoute(host.text(), Match.ALL.withHost(host.text()), 0, service));
            }
        } catch (IllegalArgumentException e) {
            problems.add(from + ": " + Problems.of(e));
        }
    }

    private void serve(String service, int port, int weight) {
        endpoints.computeIfAbsent(service, s -> new ArrayList<>());
        for (Place place : thing.places()) {
            if (place.phase() != null) {
                try {
                    add(service, place, addresses.of(place, port), weight);
                } catch (IllegalArgumentException e) {
                    problems.add(Problems.of(e));
                }
            }
        }
    }

    /** Of two places at one address, as tasks of a swarm behind its ingress have them, one counts. */
    private void add(String service, Place place, Published address, int weight) {
        Phase phase = place.phase();
        if (phase == null) {
            return;
        }
        Endpoint plain = Endpoint.of(address.host(), address.port());
        var endpoint =
                new Endpoint(plain.id(), plain.host(), plain.port(), weight, 0, Zone.UNKNOWN, phase, place.metadata());
        List<Endpoint> known = endpoints.computeIfAbsent(service, s -> new ArrayList<>());
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).id().equals(endpoint.id())) {
                if (known.get(i).phase() != Phase.ACTIVE) {
                    known.set(i, endpoint);
                }
                return;
            }
        }
        known.add(endpoint);
    }
}
