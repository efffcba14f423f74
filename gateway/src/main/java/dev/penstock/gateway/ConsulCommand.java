package dev.penstock.gateway;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.Configuration;
import dev.penstock.discovery.consul.ConsulCatalogFactory;
import dev.penstock.discovery.consul.ConsulFactory;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock consul}: a port of this machine for each service of Consul. Confined to one call. */
@Command(
        name = "consul",
        description = {
            "Serves services of Consul: what comes to a port here goes to the healthy instances of a service.",
            "Example: penstock consul 127.0.0.1:8500 80:webserver 81:graphite",
            "Example: penstock consul 127.0.0.1:8500 --port=80 --allow-host=*.example.com",
            "The token is read from CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE."
        })
final class ConsulCommand implements Callable<Integer> {
    private static final Pattern MAPPING = Pattern.compile("([^:]*):([^:/\\s]+)");
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+):([0-9]{1,5})");

    @Parameters(
            arity = "0..*",
            paramLabel = "HOST:PORT [EXTERNAL:SERVICE...]",
            description = "Where Consul is; then, unless --port is given, one or more times, the port to open and the"
                    + " service behind it.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Where to listen, on all addresses, for all services whose tags claim a route; 0: any free port.")
    private @Nullable Integer port;

    @Mixin
    private final AllowHosts allowHosts = new AllowHosts();

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "Only instances with this tag of the services named; several: with all.")
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

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> variables = source.variables();
        return source.serve(() -> configuration(variables));
    }

    private Configuration configuration(Map<String, String> variables) {
        String consul = words.isEmpty() ? "" : words.get(0);
        Matcher address = ADDRESS.matcher(consul);
        if (!address.matches()) {
            throw new IllegalArgumentException(
                    "Consul: \"" + consul + "\" (expected: HOST:PORT first, as in 127.0.0.1:8500)");
        }
        PortMap.port("Consul", consul, address.group(2));
        List<String> mappings = words.subList(1, words.size());
        return port == null ? named(consul, mappings, variables) : tagged(consul, port, mappings, variables);
    }

    /** Ports of their own for services that the command line names. */
    private Configuration named(String consul, List<String> mappings, Map<String, String> variables) {
        if (mappings.isEmpty()) {
            throw new IllegalArgumentException(
                    "services: none (expected: one or more, as in 80:webserver; or --port, for all whose tags claim a"
                            + " route)");
        }
        if (allowHosts.given()) {
            throw new IllegalArgumentException("--allow-host: given (expected: with --port, where tags count)");
        }
        var ports = new PortMap(listener -> listener);
        for (String word : mappings) {
            Matcher mapping = MAPPING.matcher(word);
            if (!mapping.matches()) {
                throw new IllegalArgumentException(
                        "service: \"" + word + "\" (expected: EXTERNAL:SERVICE, as in 80:webserver)");
            }
            ServiceSpec service = ServiceSpec.of(mapping.group(2)).withBalancer(source.balancer());
            ports.add(
                    "service",
                    word,
                    PortMap.port("service", word, mapping.group(1)),
                    service.withDiscover(discover(consul, mapping.group(2), variables)));
        }
        return Configuration.of(ports.catalog());
    }

    /** One port for all services whose tags claim a route. */
    private Configuration tagged(String consul, int open, List<String> mappings, Map<String, String> variables) {
        if (!mappings.isEmpty()) {
            throw new IllegalArgumentException("service: \"" + mappings.get(0)
                    + "\" (expected: none beside --port, where tags say what is served)");
        }
        URI from = URI.create(options(variables).behind("consul://" + consul));
        new ConsulCatalogFactory(variables).check(from);
        var ports = new PortMap(listener -> listener);
        ports.add("web", open);
        return Configuration.of(ports.catalog()).withCatalogs(List.of(allowHosts.source(from)));
    }

    private URI discover(String consul, String name, Map<String, String> variables) {
        UriQuery options = options(variables);
        tags.forEach(tag -> options.add("tag", tag));
        URI uri = URI.create(options.behind("consul://" + consul + "/" + UriQuery.escaped(name)));
        var factory = new ConsulFactory(variables);
        factory.shared(uri);
        factory.query(ServiceName.of(name), uri);
        return uri;
    }

    /** The Consul of the command line gets the token of the environment; others do by their own option alone. */
    private UriQuery options(Map<String, String> variables) {
        String token = tokenFile == null ? variables.getOrDefault("CONSUL_HTTP_TOKEN", "") : "";
        String file = variables.getOrDefault("CONSUL_HTTP_TOKEN_FILE", "");
        String fromFile = token.isEmpty() && !file.isEmpty() ? file : null;
        return new UriQuery()
                .add("dc", datacenter)
                .add("ca", authority)
                .add("tokenEnv", token.isEmpty() ? null : "CONSUL_HTTP_TOKEN")
                .add("tokenFile", tokenFile == null ? fromFile : tokenFile)
                .add("stale", stale)
                .add("warning", warning)
                .add("tls", tls);
    }
}
