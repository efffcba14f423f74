package dev.penstock.discovery.docker;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.UriOptions;
import dev.penstock.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How containers are read into services and routes. Immutable.
 *
 * @param variable the variable whose value names domains; empty: none does
 * @param ports the container ports that serve a domain
 * @param compose whether the labels of Compose make a domain
 * @param address which address of a container is used
 * @param hostAddress where ports are that are published on all addresses
 * @param network whose addresses are used, where a container has several; empty: not said
 * @param balancer the rule of services whose labels name none
 */
record Conventions(
        String variable,
        List<Integer> ports,
        boolean compose,
        AddressChoice address,
        String hostAddress,
        String network,
        String balancer) {
    static final Set<String> OPTIONS =
            Set.of("env", "ports", "compose", "address", "hostAddress", "network", "balancer");

    private static final String NO_VARIABLE = "off";

    /** Which address of a container is used. */
    enum AddressChoice {
        /** Of domains the published port, else the container's own. */
        AUTO,
        PUBLISHED,
        CONTAINER
    }

    /**
     * Reads options.
     *
     * @throws IllegalArgumentException if one makes no sense
     */
    static Conventions of(UriOptions options) {
        String variable = options.text("env").orElse("DOMAIN");
        if (variable.indexOf('=') >= 0 || variable.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("env: \"" + variable + "\" (expected: the name of a variable, or off)");
        }
        return new Conventions(
                variable.equals(NO_VARIABLE) ? "" : variable,
                ports(options.text("ports").orElse("80,8080,2368,8983")),
                options.flag("compose", false),
                address(options.text("address").orElse("auto")),
                host(options.text("hostAddress").orElse("127.0.0.1")),
                options.text("network").orElse(""),
                options.text("balancer").orElse(ServiceSpec.DEFAULT_BALANCER));
    }

    private static List<Integer> ports(String text) {
        List<Integer> ports = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            String port = item.strip();
            int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
            if (number < 1 || number > 65_535) {
                throw new IllegalArgumentException(
                        "ports: \"" + text + "\" (expected: container ports in 1..65535, joined by commas)");
            }
            ports.add(number);
        }
        return ports.stream().distinct().sorted().toList();
    }

    private static AddressChoice address(String text) {
        for (AddressChoice known : AddressChoice.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(text)) {
                return known;
            }
        }
        throw new IllegalArgumentException(
                "address: " + Suggestion.unknown(text, List.of("auto", "published", "container")));
    }

    private static String host(String text) {
        String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!host.matches("[A-Za-z0-9._:-]+")) {
            throw new IllegalArgumentException(
                    "hostAddress: \"" + text + "\" (expected: an IP address or a host name)");
        }
        return host;
    }

    /** Whether domains lead to published ports. */
    boolean domainsPublished() {
        return address != AddressChoice.CONTAINER;
    }

    /** Whether labels and selectors lead to published ports. */
    boolean labelsPublished() {
        return address == AddressChoice.PUBLISHED;
    }
}
