package dev.penstock.discovery.docker;

import dev.penstock.discovery.docker.Place.Published;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The machine's ports of one container, of which one counts for each container port. Confined to one reading.
 *
 * <p>Docker lists a port that is published on all addresses once for IPv4 and once for IPv6, at times under two numbers;
 * both lead to the same process, and the IPv4 one is surely its own: another container may have the other number there.
 */
final class Bindings {
    private static final Comparator<Published> BEST =
            Comparator.comparingInt(Bindings::rank).thenComparingInt(Published::port);

    private final SortedMap<Integer, Published> chosen = new TreeMap<>();

    void add(int containerPort, String address, int port) {
        if (containerPort > 0 && port > 0) {
            var binding = new Published(address, port);
            chosen.merge(containerPort, binding, (a, b) -> BEST.compare(a, b) <= 0 ? a : b);
        }
    }

    /** A binding of all addresses has no address afterwards. */
    SortedMap<Integer, Published> chosen() {
        SortedMap<Integer, Published> published = new TreeMap<>();
        chosen.forEach((container, binding) ->
                published.put(container, new Published(isAny(binding.host()) ? "" : binding.host(), binding.port())));
        return published;
    }

    private static boolean isAny(String address) {
        return address.isEmpty() || address.equals("0.0.0.0") || address.equals("::");
    }

    private static int rank(Published binding) {
        boolean v6 = binding.host().indexOf(':') >= 0;
        return (v6 ? 2 : 0) + (isAny(binding.host()) ? 1 : 0);
    }
}
