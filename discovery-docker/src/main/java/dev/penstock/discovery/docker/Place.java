package dev.penstock.discovery.docker;

import dev.penstock.endpoint.Phase;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One running container or task, and how it is reached. Immutable.
 *
 * @param id of the container or task
 * @param phase null: it must not be used, as when paused or unhealthy
 * @param hostNetwork whether it shares the network of its machine
 * @param published where its container ports are on machines, by container port, TCP only
 * @param addresses its own, by network
 * @param exposed the container ports that its image or its run names, TCP only
 * @param metadata facts for people
 */
record Place(
        String id,
        @Nullable Phase phase,
        boolean hostNetwork,
        SortedMap<Integer, Published> published,
        SortedMap<String, String> addresses,
        Set<Integer> exposed,
        Map<String, String> metadata) {
    Place {
        published = new TreeMap<>(published);
        addresses = new TreeMap<>(addresses);
        exposed = Set.copyOf(exposed);
        metadata = Map.copyOf(metadata);
    }

    /**
     * A port of a machine.
     *
     * @param host empty: any address of the machine
     * @param port {@code 1..65535}
     */
    record Published(String host, int port) {}

    Place alsoExposing(Set<Integer> ports) {
        Set<Integer> all = new HashSet<>(exposed);
        all.addAll(ports);
        return new Place(id, phase, hostNetwork, published, addresses, all, metadata);
    }

    Place withPhase(@Nullable Phase phase) {
        return new Place(id, phase, hostNetwork, published, addresses, exposed, metadata);
    }
}
