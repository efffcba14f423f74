package dev.penstock.config;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.request.HostName;
import dev.penstock.resolve.IpLiteral;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A listener with all that it leads to, in the words of attento's balancer: requests that meet the filter go to the
 * upstreams. Immutable.
 *
 * @param address {@code host:port}, {@code [IPv6]:port}, or {@code :port} for all addresses of the machine; port {@code
 *     1..65535}. No two servers have the same
 * @param filter which requests it takes; the others are answered 404
 * @param upstreams who serves, distinct by {@link Upstream#key()}; without any, requests are answered 503
 * @param fallbacks who stands in when no upstream can be reached, or one answers 500, 502, 503 or 504; distinct by key
 */
public record Server(String address, ServerFilter filter, List<Upstream> upstreams, List<Upstream> fallbacks) {
    /** What an address is to be. */
    static final String ADDRESS = "host:port, [IPv6]:port or :port, port in 1..65535";

    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9._-]{0,200}):[0-9]{1,5}");

    /** Checks the address and copies the lists. */
    public Server {
        if (!HOST_AND_PORT.matcher(address).matches()
                || !isHost(ListenerSpec.of(address).host())
                || ListenerSpec.of(address).port() == 0) {
            throw new IllegalArgumentException("address: \"" + address + "\" (expected: " + ADDRESS + ")");
        }
        upstreams = distinct("upstreams", upstreams);
        fallbacks = distinct("fallbacks", fallbacks);
    }

    private static boolean isHost(String host) {
        boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        return literal ? IpLiteral.parse(host).isPresent() : HostName.normalise(host) != null;
    }

    private static List<Upstream> distinct(String what, List<Upstream> list) {
        Set<String> keys = new HashSet<>();
        for (Upstream upstream : list) {
            if (!keys.add(upstream.key())) {
                throw new IllegalArgumentException(
                        what + ": \"" + upstream.key() + "\" (expected: a target and port given once)");
            }
        }
        return List.copyOf(list);
    }

    /**
     * The same server with another filter.
     *
     * @param filter see {@link #filter()}
     * @return a copy
     */
    public Server withFilter(ServerFilter filter) {
        return new Server(address, filter, upstreams, fallbacks);
    }

    /**
     * The same server with other upstreams.
     *
     * @param upstreams see {@link #upstreams()}
     * @return a copy
     */
    public Server withUpstreams(List<Upstream> upstreams) {
        return new Server(address, filter, upstreams, fallbacks);
    }

    /**
     * The same server with other fallbacks.
     *
     * @param fallbacks see {@link #fallbacks()}
     * @return a copy
     */
    public Server withFallbacks(List<Upstream> fallbacks) {
        return new Server(address, filter, upstreams, fallbacks);
    }

    /**
     * A list with an upstream in the place of the one with its key, or behind the others.
     *
     * @param list distinct by key
     * @param upstream to be there
     * @return a copy
     */
    public static List<Upstream> with(List<Upstream> list, Upstream upstream) {
        List<Upstream> changed = new ArrayList<>(list);
        changed.replaceAll(each -> each.key().equals(upstream.key()) ? upstream : each);
        if (!changed.contains(upstream)) {
            changed.add(upstream);
        }
        return changed;
    }
}
