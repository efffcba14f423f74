package dev.penstock.gateway;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.config.Configuration;
import dev.penstock.discovery.docker.DockerCatalogFactory;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock docker}: serves what containers claim, without a configuration. Confined to one call. */
@Command(
        name = "docker",
        description = {
            "Serves the containers of a Docker daemon: those whose variable DOMAIN names a host, at their published ports, and"
                    + " those whose labels (penstock.*, traefik.*) claim one.",
            "Example: penstock docker --port=8080 --docker-endpoint=unix:///var/run/docker.sock"
        })
final class DockerCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where to listen, on all addresses; 80 unless said otherwise, 0: any free port.")
    private int port = 80;

    @Option(
            names = "--docker-endpoint",
            paramLabel = "ADDRESS",
            description = "The daemon: unix:///path, tcp://host:port, http://host:port or https://host:port. Without it"
                    + " DOCKER_HOST, then Docker's current context, then unix:///var/run/docker.sock.")
    private @Nullable String endpoint;

    @Option(
            names = "--docker-context",
            paramLabel = "NAME",
            description = "A context of Docker's client in the place of the current one.")
    private @Nullable String context;

    @Option(
            names = "--docker-certs",
            paramLabel = "DIRECTORY",
            description =
                    "Of ca.pem, cert.pem and key.pem for TLS to the daemon; DOCKER_CERT_PATH if DOCKER_TLS_VERIFY is"
                            + " set.")
    private @Nullable String certs;

    @Option(
            names = "--docker-ports",
            paramLabel = "PORTS",
            description = "The container ports that serve a domain; 80,8080,2368,8983 unless said otherwise.")
    private @Nullable String ports;

    @Option(
            names = "--docker-domain-env",
            paramLabel = "NAME",
            description =
                    "The variable that names a container's domains, joined by commas; DOMAIN unless said otherwise,"
                            + " off: none.")
    private @Nullable String domainEnv;

    @Option(
            names = "--docker-host-address",
            paramLabel = "ADDRESS",
            description = "Where ports are that are published on all addresses; 127.0.0.1 unless said otherwise.")
    private @Nullable String hostAddress;

    @Option(
            names = "--docker-address",
            paramLabel = "auto|published|container",
            description = "auto: published ports for domains, the container's own address for labels.")
    private @Nullable String address;

    @Option(
            names = "--docker-network",
            paramLabel = "NAME",
            description = "The network whose addresses are used where a container has several and no label says which.")
    private @Nullable String network;

    @Option(
            names = "--docker-compose",
            description = "Labels of Compose make a domain: service web of project shop is web.shop.")
    private boolean compose;

    @Option(
            names = "--docker-swarm",
            paramLabel = "auto|on|off",
            description = "Whether services of a swarm count; auto: if the daemon manages one.")
    private @Nullable String swarm;

    @Option(
            names = "--docker-poll",
            paramLabel = "TIME",
            description = "How often to list containers if no event comes; 15s unless said otherwise.")
    private @Nullable String poll;

    @Mixin
    private final AllowHosts allowHosts = new AllowHosts();

    @Option(
            names = "--no-route",
            paramLabel = "STATUS",
            description = "404 or 503 for hosts that nobody claims; 503 unless said otherwise.")
    private int noRoute = 503;

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Override
    public Integer call() throws InterruptedException {
        return source.serve(this::configuration);
    }

    private Configuration configuration() {
        var ports =
                new PortMap(listener -> listener.withAnswers(listener.answers().withNoRouteStatus(noRoute)));
        ports.add("web", port);
        return Configuration.of(ports.catalog()).withCatalogs(List.of(allowHosts.source(uri())));
    }

    /** What to follow, after a look at whether that makes sense. */
    private URI uri() {
        String inherited = context != null
                ? ""
                : source.variables().getOrDefault("DOCKER_HOST", "").strip();
        String host = endpoint == null ? inherited : endpoint;
        String at =
                host.isEmpty() ? "docker:///" : DockerCatalogFactory.uri(host).toString();
        URI uri = URI.create(options().behind(at));
        new DockerCatalogFactory().check(uri);
        BalancerRegistry.defaults().balancer(source.balancer());
        return uri;
    }

    private UriQuery options() {
        return new UriQuery()
                .add("context", context)
                .add("certs", certs)
                .add("env", domainEnv)
                .add("ports", ports)
                .add("hostAddress", hostAddress)
                .add("address", address)
                .add("network", network)
                .add("compose", compose)
                .add("swarm", swarm)
                .add("poll", poll)
                .add("balancer", source.balancer());
    }
}
