package dev.penstock.runtime;

import static java.util.Objects.requireNonNull;

import dev.penstock.Penstock;
import dev.penstock.PenstockBuilder;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.Configuration;
import java.net.InetAddress;
import java.util.List;

/**
 * A configuration that decides and does nothing else, to ask it what would become of a request. It opens no listener and
 * contacts nobody: no source, no catalog, no name server, no endpoint. So it knows the endpoints that the configuration
 * lists, by whatever names, and takes all of them for healthy. Stateless.
 */
public final class Deciding {
    private Deciding() {}

    /**
     * What decides as a configuration says.
     *
     * @param configuration see {@link GatewayRuntime#reader()}
     * @param extension what is added in code, as for {@link GatewayRuntime#start(Configuration, Extension)}
     * @return to be closed by the caller
     * @throws CatalogException if the definitions are not valid
     */
    public static Penstock of(Configuration configuration, Extension extension) {
        requireNonNull(configuration, "configuration");
        List<InetAddress> found = List.of(InetAddress.getLoopbackAddress()); // nobody connects to it
        PenstockBuilder builder = Penstock.builder().hosts(name -> found);
        TextCatalogFactory.all().forEach(builder::catalog);
        extension.extend(builder);
        Penstock penstock = builder.build();
        try {
            penstock.apply(alone(configuration.catalog()));
            return penstock;
        } catch (CatalogException e) {
            penstock.close();
            throw e;
        }
    }

    private static CatalogState alone(CatalogState catalog) {
        List<ServiceSpec> services = catalog.services().stream()
                .map(service ->
                        service.withDiscover().withHealth(service.health().withCheck(null)))
                .toList();
        return new CatalogState(catalog.source(), catalog.listeners(), catalog.routes(), services);
    }
}
