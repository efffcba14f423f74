package dev.penstock.discovery.consul;

import java.util.Map;

/** Options of ours as parameters of Consul's API. Stateless. */
final class Options {
    private Options() {}

    /** Appends consistency and those of the named options that are given, each with an ampersand before. */
    static void append(StringBuilder path, Map<String, String> options, String... names) {
        for (String name : names) {
            String value = options.get(name);
            if (value != null) {
                path.append('&').append(name).append('=').append(ConsulUri.encode(value));
            }
        }
        for (String mode : new String[] {"stale", "consistent"}) {
            if (options.containsKey(mode)) {
                path.append('&').append(mode);
            }
        }
    }
}
