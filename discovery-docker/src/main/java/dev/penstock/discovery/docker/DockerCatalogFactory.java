package dev.penstock.discovery.docker;

import dev.penstock.catalog.AskedCatalog;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.SharedParts;
import dev.penstock.discovery.UriOptions;
import java.net.URI;

/**
 * Opens catalogs of what containers and swarm services claim: by a variable with their domains, by labels of our own, of
 * Traefik and of Compose. Immutable.
 *
 * <p>URIs are as in {@code docker:///}, {@code docker:///run/docker.sock?env=VHOST}; {@code docs/discovery-docker.md} lists
 * the options.
 */
public final class DockerCatalogFactory implements CatalogFactory {
    private final Environment environment;

    /** A factory that reads Docker's variables and settings of this process and its user. */
    public DockerCatalogFactory() {
        this(Environment.system());
    }

    DockerCatalogFactory(Environment environment) {
        this.environment = environment;
    }

    /**
     * The URI of a catalog at an address as Docker's own programs take it.
     *
     * @param host as in {@code DOCKER_HOST}: {@code unix:///path}, {@code tcp://host:port}, {@code http://host:port} or
     *     {@code https://host:port}
     * @return a URI without options, but with {@code tls} for the last form
     * @throws IllegalArgumentException if it is no such address
     */
    public static URI uri(String host) {
        return DockerHost.toUri(host);
    }

    @Override
    public String scheme() {
        return DockerUri.SCHEME;
    }

    @Override
    public void check(URI uri) {
        UriOptions options = UriOptions.of(uri, DockerUri.CATALOG);
        DockerUri.settings(uri, options, environment);
        Conventions.of(options);
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        UriOptions options = UriOptions.of(uri, DockerUri.CATALOG);
        DaemonSettings settings = DockerUri.settings(uri, options, environment);
        var definitions = new Definitions("docker " + settings.host().text(), uri, options.values());
        Conventions conventions = Conventions.of(options);
        SharedParts.Held<Daemon> held = Daemon.hold(settings, environment, DockerDiscoveryFactory.MAX_BYTES, context);
        return new AskedCatalog<Snapshot>(
                held, snapshot -> definitions.of(held.part().view(snapshot, conventions)), context);
    }
}
