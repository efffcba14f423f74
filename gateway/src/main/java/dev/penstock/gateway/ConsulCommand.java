package dev.penstock.gateway;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.Configuration;
import dev.penstock.discovery.consul.ConsulFactory;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code penstock consul}: a port of this machine for each service of Consul. Confined to one call. */
@Command(
        name = "consul",
        description = {
            "Serves services of Consul: what comes to a port here goes to the healthy instances of a service.",
            "Example: penstock consul 127.0.0.1:8500 80:webserver 81:graphite",
            "The token is read from CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE."
        })
final class ConsulCommand implements Callable<Integer> {
    private static final Pattern MAPPING = Pattern.compile("([0-9]{1,5}):([^:/\\s]+)");
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+):([0-9]{1,5})");

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandLine.Model.CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "HOST:PORT EXTERNAL:SERVICE...",
            description = "Where Consul is; then, one or more times, the port to open and the service behind it.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--tag", paramLabel = "TAG", description = "Only instances with this tag; several: with all.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--dc", paramLabel = "NAME", description = "The datacenter; the agent's own unless said otherwise.")
    private @Nullable String datacenter;

    @Option(names = "--stale", description = "Any server may answer, not the leader only.")
    private boolean stale;

    @Option(names = "--warning", description = "Instances whose checks warn count as healthy.")
    private boolean warning;

    @Option(names = "--tls", description = "Consul is asked by HTTPS.")
    private boolean tls;

    @Option(names = "--ca", paramLabel = "FILE", description = "The authority of Consul's certificate; PEM.")
    private @Nullable String authority;

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the token.")
    private @Nullable String tokenFile;

    @Option(names = "--balancer", paramLabel = "NAME", description = "The rule; round_robin unless said otherwise.")
    private String balancer = ServiceSpec.DEFAULT_BALANCER;

    @Mixin
    private final SettingOptions settings = new SettingOptions();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> variables = program.surroundings().variables();
        return Serving.serve(program, spec, settings, () -> Configuration.of(catalog(variables)));
    }

    private CatalogState catalog(Map<String, String> variables) {
        String consul = words.isEmpty() ? "" : words.get(0);
        Matcher address = ADDRESS.matcher(consul);
        if (!address.matches() || !isPort(address.group(2))) {
            throw new IllegalArgumentException(
                    "Consul: \"" + consul + "\" (expected: HOST:PORT first, as in 127.0.0.1:8500)");
        }
        if (words.size() < 2) {
            throw new IllegalArgumentException("services: none (expected: one or more, as in 80:webserver)");
        }
        Set<Integer> ports = new HashSet<>();
        List<ListenerSpec> listeners = new ArrayList<>();
        List<RouteSpec> routes = new ArrayList<>();
        Map<String, ServiceSpec> services = new LinkedHashMap<>();
        for (String word : words.subList(1, words.size())) {
            Matcher mapping = MAPPING.matcher(word);
            if (!mapping.matches() || !isPort(mapping.group(1))) {
                throw new IllegalArgumentException(
                        "service: \"" + word + "\" (expected: EXTERNAL:SERVICE, as in 80:webserver, port in 1..65535)");
            }
            String name = mapping.group(2);
            if (!ports.add(Integer.valueOf(mapping.group(1)))) {
                throw new IllegalArgumentException("service: \"" + word + "\" (expected: each external port once)");
            }
            ListenerSpec listener = ListenerSpec.of(":" + mapping.group(1));
            listeners.add(listener);
            routes.add(RouteSpec.of(Match.ALL.withListeners(Set.of(listener.name())), name));
            services.put(
                    name, ServiceSpec.of(name).withBalancer(balancer).withDiscover(discover(consul, name, variables)));
        }
        return new CatalogState("command line", listeners, routes, List.copyOf(services.values()));
    }

    private static boolean isPort(String text) {
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65_535;
    }

    private URI discover(String consul, String name, Map<String, String> variables) {
        var options = new UriQuery();
        tags.forEach(tag -> options.add("tag", tag));
        options.add("dc", datacenter)
                .add("ca", authority)
                .add("tokenFile", tokenFile)
                .add("stale", stale)
                .add("warning", warning)
                .add("tls", tls);
        URI uri = URI.create(options.behind("consul://" + consul + "/" + UriQuery.escaped(name)));
        var factory = new ConsulFactory(variables);
        factory.shared(uri);
        factory.query(ServiceName.of(name), uri);
        return uri;
    }
}
