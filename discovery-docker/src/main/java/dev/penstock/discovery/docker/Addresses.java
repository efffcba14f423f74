package dev.penstock.discovery.docker;

import dev.penstock.discovery.docker.Place.Published;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Chooses the address and port by which a place is reached. Confined to one reading of one thing. */
final class Addresses {
    static final String OWN_NETWORK = "penstock.network";

    private static final List<String> NETWORK_LABELS =
            List.of(OWN_NETWORK, "traefik.docker.network", "traefik.swarm.network");

    private final Conventions conventions;
    private final String network;
    private final List<String> ownNetworks;
    private final Collection<String> remarks;

    /**
     * For one thing.
     *
     * @param remarks gets a sentence for each choice that could as well have been another
     */
    Addresses(Conventions conventions, Thing thing, List<String> ownNetworks, Collection<String> remarks) {
        this.conventions = conventions;
        this.ownNetworks = ownNetworks;
        this.remarks = remarks;
        String labelled = "";
        for (Map.Entry<String, String> label : thing.labels().entrySet()) {
            if (NETWORK_LABELS.contains(label.getKey().toLowerCase(Locale.ROOT))) {
                labelled = label.getValue().strip();
            }
        }
        network = labelled.isEmpty() ? conventions.network() : labelled;
    }

    /** Where a place serves domains: at each of the ports that count; none if it has none of them. */
    List<Published> ofDomain(Place place) {
        List<Published> found = new ArrayList<>();
        for (int port : conventions.ports()) {
            if (conventions.domainsPublished()) {
                Published binding = place.published().get(port);
                if (binding != null) {
                    found.add(onMachine(binding));
                }
            } else if (place.exposed().contains(port)) {
                found.add(new Published(own(place), port));
            }
        }
        return found;
    }

    /**
     * Where a place serves.
     *
     * @param port of the container; 0: not said
     * @throws IllegalArgumentException if it cannot be reached
     */
    Published of(Place place, int port) {
        if (place.hostNetwork()) {
            return new Published(conventions.hostAddress(), port == 0 ? only(place.exposed(), "exposed") : port);
        }
        if (!conventions.labelsPublished()) {
            return new Published(own(place), port == 0 ? only(place.exposed(), "exposed") : port);
        }
        int container = port == 0 ? only(place.published().keySet(), "published") : port;
        Published binding = place.published().get(container);
        if (binding == null) {
            throw new IllegalArgumentException(
                    "port: " + container + " (expected: a published port, or address=container)");
        }
        return onMachine(binding);
    }

    private Published onMachine(Published binding) {
        return binding.host().isEmpty() ? new Published(conventions.hostAddress(), binding.port()) : binding;
    }

    private int only(Collection<Integer> ports, String kind) {
        if (ports.isEmpty()) {
            throw new IllegalArgumentException(
                    "port: none is " + kind + " (expected: one, or a label that says it, as penstock.port)");
        }
        int least = new TreeSet<>(ports).first();
        if (ports.size() > 1) {
            remarks.add("port: " + least + " taken of several that are " + kind
                    + " (expected: one, or a label that says it, as penstock.port)");
        }
        return least;
    }

    private String own(Place place) {
        Map<String, String> addresses = place.addresses();
        if (place.hostNetwork()) {
            return conventions.hostAddress();
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("address: none (expected: a network, or address=published)");
        }
        if (!network.isEmpty()) {
            String address = addresses.get(network);
            if (address == null) {
                throw new IllegalArgumentException("network: \"" + network + "\" (expected: one of "
                        + String.join(", ", addresses.keySet()) + ")");
            }
            return address;
        }
        List<String> shared =
                addresses.keySet().stream().filter(ownNetworks::contains).toList();
        List<String> choice = shared.isEmpty() ? List.copyOf(addresses.keySet()) : shared;
        if (choice.size() > 1) {
            remarks.add("network: " + choice.get(0) + " taken of " + String.join(", ", choice)
                    + " (expected: a label that says it, as penstock.network)");
        }
        return addresses.getOrDefault(choice.get(0), "");
    }
}
