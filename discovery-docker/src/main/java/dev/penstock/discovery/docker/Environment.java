package dev.penstock.discovery.docker;

import java.nio.file.Path;
import java.util.Map;

/**
 * What the process inherits and Docker's own programs read as well. Immutable.
 *
 * @param variables by name
 * @param home the user's folder
 */
record Environment(Map<String, String> variables, Path home) {
    Environment {
        variables = Map.copyOf(variables);
    }

    static Environment system() {
        return new Environment(System.getenv(), Path.of(System.getProperty("user.home", "/")));
    }

    /** A variable; blank if it is not set. */
    String variable(String name) {
        return variables.getOrDefault(name, "").strip();
    }

    /** Where Docker's client keeps its settings. */
    Path config() {
        String given = variable("DOCKER_CONFIG");
        return given.isEmpty() ? home.resolve(".docker") : Path.of(given);
    }

    /** Where the certificates are if nothing else says so. */
    Path certificates() {
        String given = variable("DOCKER_CERT_PATH");
        return given.isEmpty() ? config() : Path.of(given);
    }

    boolean tlsVerify() {
        return !variable("DOCKER_TLS_VERIFY").isEmpty();
    }
}
