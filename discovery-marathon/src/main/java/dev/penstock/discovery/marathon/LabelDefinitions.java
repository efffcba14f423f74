package dev.penstock.discovery.marathon;

import dev.penstock.catalog.LabelledSpecs;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Problems;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.label.LabelReader;
import dev.penstock.label.LabelRoute;
import dev.penstock.label.LabelService;
import dev.penstock.label.LabelUnion;
import dev.penstock.label.Labelled;
import dev.penstock.route.Route;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The routes that labels of apps define, as long as tasks of the app are listed. Confined to one making.
 *
 * <p>What several apps say alike is one route, and a service has the tasks of all apps that name it.
 */
final class LabelDefinitions {
    /** Keeps them apart from those of the same name that a file defines, and from service ports. */
    private static final String SUFFIX = "@marathon";

    private final String source;
    private final URI shared;
    private final String balancer;
    private final Map<String, Provenance> firsts = new HashMap<>();
    private final SortedMap<String, List<URI>> places = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<RouteSpec> routes = new ArrayList<>();
    private final List<ServiceSpec> services = new ArrayList<>();

    private LabelDefinitions(String source, URI shared, String balancer) {
        this.source = source;
        this.shared = shared;
        this.balancer = balancer;
    }

    /**
     * What was made. Immutable.
     *
     * @param problems one sentence for each label that counts for nothing
     */
    record Made(List<RouteSpec> routes, List<ServiceSpec> services, List<String> problems) {}

    /**
     * Makes them.
     *
     * @param source the name of the catalog, for people
     * @param shared the URI that names the source
     * @param balancer the rule of services whose labels name none
     */
    static Made of(String source, URI shared, String balancer, Snapshot snapshot) {
        var definitions = new LabelDefinitions(source, shared, balancer);
        definitions.make(snapshot);
        return new Made(definitions.routes, definitions.services, definitions.problems);
    }

    private void make(Snapshot snapshot) {
        SortedMap<String, App> apps = new TreeMap<>();
        for (Claim claim : snapshot.claims()) {
            String id = claim.app().id();
            apps.put(id, snapshot.apps().getOrDefault(id, claim.app()));
        }
        Map<String, Labelled> said = new TreeMap<>();
        for (App app : apps.values()) {
            var ports = new PortNames(app);
            Labelled labelled = LabelReader.defaults().read(ports.thing());
            said.put("app " + app.id(), labelled);
            labelled.routes().forEach(route -> firsts.putIfAbsent("route " + route.name(), provenance(app)));
            labelled.services().forEach(service -> place(service, app, ports));
        }
        var union = LabelUnion.of(said);
        problems.addAll(union.problems());
        Set<String> refused = new HashSet<>();
        union.services().forEach(service -> define(service, refused));
        union.routes().stream()
                .filter(route -> !refused.contains(route.service()))
                .forEach(this::define);
    }

    private void place(LabelService service, App app, PortNames ports) {
        firsts.putIfAbsent("service " + service.name(), provenance(app));
        places.computeIfAbsent(service.name(), name -> new ArrayList<>())
                .add(MarathonUri.service(shared, app.id(), ports.option(service)));
        if (service.weight() != 1) {
            problems.add("app " + app.id() + ": weight of service \"" + Problems.line(service.name())
                    + "\" (expected: a weight in label com.meltwater.proxymatic.port.N.weight)");
        }
    }

    private Provenance provenance(App app) {
        return new Provenance(source, "app " + app.id());
    }

    private Provenance first(String what) {
        return firsts.getOrDefault(what, new Provenance(source, ""));
    }

    private void define(LabelService service, Set<String> refused) {
        Provenance provenance = first("service " + service.name());
        try {
            ServiceSpec plain = ServiceSpec.of(service.name() + SUFFIX)
                    .withBalancer(balancer)
                    .withDiscover(places.getOrDefault(service.name(), List.of()).toArray(URI[]::new))
                    .withProvenance(provenance);
            services.add(LabelledSpecs.service(plain, service));
        } catch (IllegalArgumentException e) {
            refused.add(service.name());
            problems.add(provenance.place() + ": " + Problems.of(e));
        }
    }

    private void define(LabelRoute route) {
        Provenance provenance = first("route " + route.name());
        try {
            var to = ServiceName.of(route.service() + SUFFIX);
            var named = new Route(route.name() + SUFFIX, route.match(), route.priority(), to);
            routes.add(new RouteSpec(named, route.middleware(), provenance));
        } catch (IllegalArgumentException e) {
            problems.add(provenance.place() + ": " + Problems.of(e));
        }
    }
}
