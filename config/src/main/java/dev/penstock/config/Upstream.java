package dev.penstock.config;

import dev.penstock.endpoint.Endpoint;

/**
 * An endpoint in the words of the form of {@link Server}. Immutable.
 *
 * @param target an IP literal, without brackets, or a host name
 * @param port {@code 1..65535}
 * @param priority {@code 0..65535}; the lowest serves as long as it can
 * @param weight {@code 1..1000000}, the share among those of one priority
 */
public record Upstream(String target, int port, int priority, int weight) {
    /** The highest number of a priority. */
    public static final int MAX_PRIORITY = 65_535;

    /** Checks every component against its range. */
    public Upstream {
        if (target.matches("\\[.*]")) {
            target = target.substring(1, target.length() - 1);
        }
        if (!isTarget(target)) {
            throw new IllegalArgumentException("Target: \"" + target + "\" (expected: an IP address or a host name)");
        }
        Endpoint.of(target, port);
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("Priority: " + priority + " (expected: 0.." + MAX_PRIORITY + ")");
        }
        if (weight < 1 || weight > Endpoint.MAX_WEIGHT) {
            throw new IllegalArgumentException("Weight: " + weight + " (expected: 1.." + Endpoint.MAX_WEIGHT + ")");
        }
    }

    static boolean isTarget(String text) {
        return text.matches("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9_.-]+)?|\\[[0-9A-Fa-f:.]{2,45}]");
    }

    /**
     * What tells it from the others of its server.
     *
     * @return as in {@code my-host-80}
     */
    public String key() {
        return target + "-" + port;
    }

    /**
     * Takes a key apart at its last hyphen.
     *
     * @param key as {@link #key()} gives it
     * @return the upstream with priority 0 and weight 1
     * @throws IllegalArgumentException if it is none
     */
    public static Upstream parse(String key) {
        int hyphen = key.lastIndexOf('-');
        String port = key.substring(hyphen + 1);
        if (hyphen < 1 || !port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("\"" + key + "\" (expected: TARGET-PORT, as in 127.0.0.1-8080)");
        }
        return new Upstream(key.substring(0, hyphen), Integer.parseInt(port), 0, 1);
    }

    static Upstream of(Endpoint endpoint) {
        return new Upstream(endpoint.host(), endpoint.port(), endpoint.priority(), endpoint.weight());
    }

    Endpoint endpoint() {
        return Endpoint.of(target, port).withPriority(priority).withWeight(weight);
    }
}
