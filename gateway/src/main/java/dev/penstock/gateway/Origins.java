package dev.penstock.gateway;

import dev.penstock.catalog.CatalogSource;
import dev.penstock.config.Configuration;
import dev.penstock.config.Setting;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log, at level debug, what a configuration is made of: names alone, since values may be secret. Stateless. */
final class Origins {
    private static final Logger LOG = LoggerFactory.getLogger(Origins.class);

    private Origins() {}

    /**
     * Says it.
     *
     * @param files those that were read, references and folders included
     * @param settings of flags and variables
     */
    static void tell(Configuration configuration, Collection<Path> files, List<Setting> settings) {
        if (!LOG.isDebugEnabled()) {
            return;
        }
        LOG.debug(
                "configuration: files {}; over them {}; catalogs {}",
                named(files.stream().map(Path::toString).sorted().collect(Collectors.joining(", "))),
                named(settings.stream()
                        .map(setting ->
                                setting.source().isEmpty() ? setting.key().name() : setting.source())
                        .distinct()
                        .collect(Collectors.joining(", "))),
                named(configuration.catalogs().stream().map(CatalogSource::name).collect(Collectors.joining(", "))));
        LOG.debug(
                "configuration: {} listeners, {} routes, {} services; admin {}, log level {}, drain {}",
                configuration.catalog().listeners().size(),
                configuration.catalog().routes().size(),
                configuration.catalog().services().size(),
                configuration.admin().enabled() ? configuration.admin().address() : "off",
                configuration.process().logLevel(),
                configuration.process().drain());
    }

    private static String named(String names) {
        return names.isEmpty() ? "none" : names;
    }
}
