package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogState;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that a configuration says. Immutable. Two are equal if they say the same.
 *
 * @param catalog listeners, routes and services
 * @param catalogs where more routes and services are found, the strongest first
 * @param admin where status and state are told
 * @param process what holds for the program as a whole
 */
public record Configuration(
        CatalogState catalog, List<CatalogSource> catalogs, AdminSettings admin, ProcessSettings process) {
    /** Copies the list. */
    public Configuration {
        requireNonNull(catalog, "catalog");
        catalogs = List.copyOf(catalogs);
        requireNonNull(admin, "admin");
        requireNonNull(process, "process");
    }

    /**
     * Definitions with the documented defaults for all else.
     *
     * @param catalog see {@link #catalog()}
     * @return the configuration
     */
    public static Configuration of(CatalogState catalog) {
        return new Configuration(catalog, List.of(), AdminSettings.defaults(), ProcessSettings.defaults());
    }

    /**
     * The same with other catalogs to be followed.
     *
     * @param catalogs see {@link #catalogs()}
     * @return a copy
     */
    public Configuration withCatalogs(List<CatalogSource> catalogs) {
        return new Configuration(catalog, catalogs, admin, process);
    }

    /**
     * The same with other admin settings.
     *
     * @param admin see {@link #admin()}
     * @return a copy
     */
    public Configuration withAdmin(AdminSettings admin) {
        return new Configuration(catalog, catalogs, admin, process);
    }

    /**
     * The same with other settings of the program.
     *
     * @param process see {@link #process()}
     * @return a copy
     */
    public Configuration withProcess(ProcessSettings process) {
        return new Configuration(catalog, catalogs, admin, process);
    }

    /**
     * The settings that differ and take effect only in a new process. Definitions do not need one.
     *
     * @param other another configuration
     * @return keys of the file, as in {@code threads}; empty if definitions and catalogs are all that differs
     */
    public List<String> restartNeededFor(Configuration other) {
        List<String> keys = new ArrayList<>();
        if (!admin.equals(other.admin)) {
            keys.add("admin");
        }
        if (process.transport() != other.process.transport()) {
            keys.add("transport");
        }
        if (process.tls() != other.process.tls()) {
            keys.add("tls");
        }
        if (process.threads() != other.process.threads()) {
            keys.add("threads");
        }
        if (process.logLevel() != other.process.logLevel()) {
            keys.add("log.level");
        }
        if (!process.log().access().equals(other.process.log().access())) {
            keys.add("log.access");
        }
        if (process.log().recent() != other.process.log().recent()) {
            keys.add("log.recent");
        }
        if (process.bufferBytes() != other.process.bufferBytes()) {
            keys.add("buffers");
        }
        if (process.retryBytes() != other.process.retryBytes()) {
            keys.add("retryBodies");
        }
        if (process.idleConnections() != other.process.idleConnections()) {
            keys.add("idleConnections");
        }
        if (!process.drain().equals(other.process.drain())) {
            keys.add("drain");
        }
        return keys;
    }
}
