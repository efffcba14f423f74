package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.Problems;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service ports that a registry of addresses makes: each address stands under the name of its service and says the port
 * at which the service is known inside, as in its container. That is the port which is opened here. Made for authors of
 * catalogs; confined to one read.
 *
 * <ul>
 *   <li>A service that is called {@code web@8000} is {@code web}, at port 8000 whatever its port inside.
 *   <li>Addresses of one service with different ports inside are different service ports: the lowest is called like the
 *       service, the others {@code web:443} or {@code web:53/udp}.
 *   <li>Services are never mixed: what claims the port of another is left out, see {@link ServicePorts}.
 *   <li>An entry that makes no sense is left out with a sentence; the others work.
 *   <li>Requests go to the endpoint with the fewest: connections may last.
 * </ul>
 */
public final class RegisteredPorts {
    private static final Pattern ID = Pattern.compile("[^:]+:[^:]+:([^:]*)(:udp)?");
    private static final String BALANCER = "least_requests";

    private final String source;
    private final Map<Place, List<Endpoint>> found = new TreeMap<>(Place.ORDER);
    private final Set<String> skipped = new LinkedHashSet<>();

    /**
     * Nothing yet.
     *
     * @param source the name of the catalog, for people
     */
    public RegisteredPorts(String source) {
        this.source = requireNonNull(source, "source");
    }

    /** What a registered name means: the port is that behind its last {@code @}; 0 if there is none. */
    private record Name(String registered, String name, int port) {
        static Name of(String registered) {
            int at = registered.lastIndexOf('@');
            String name = at < 0 ? registered : registered.substring(0, at);
            int port = at < 0 ? 0 : RegisteredPorts.port("port", registered.substring(at + 1));
            ServiceName.of(name);
            ServiceName.of(name + ":65535/udp"); // what it may be called
            return new Name(registered, name, port);
        }
    }

    /** Where addresses belong: a service, its port inside, and the transport. */
    private record Place(Name service, int inside, boolean udp) {
        static final Comparator<Place> ORDER = Comparator.comparing(
                        (Place place) -> place.service().registered())
                .thenComparing(Place::udp)
                .thenComparing(place -> place.inside() == 0 ? Integer.MAX_VALUE : place.inside()); // not known: last

        int port() {
            return service.port() == 0 ? inside : service.port();
        }

        boolean isAtOnePortWith(Place other) {
            return service.port() != 0 && service.equals(other.service()) && udp == other.udp();
        }

        Protocol protocol() {
            return udp ? Protocol.Udp.defaults() : Protocol.Tcp.defaults();
        }
    }

    /**
     * Takes what stands in a store below a prefix, {@code <prefix><service>/<id>}, where an id is {@code
     * host:container:port} or, for a port of UDP, {@code host:container:port:udp}.
     *
     * @param prefix ends with a slash
     * @param values by whole key, all of which begin with the prefix; keys that end with a slash are folders
     * @param reading gives the endpoint of a key and its value; what it throws leaves the key out
     */
    public void keys(String prefix, Map<String, String> values, BiFunction<String, String, Endpoint> reading) {
        new TreeMap<>(values).forEach((key, value) -> {
            String[] parts = key.substring(prefix.length()).split("/", -1);
            if (key.endsWith("/")) {
                return;
            }
            if (parts.length < 2) {
                skip("key \"" + key + "\": in no service (expected: " + prefix + "<service>/<id>)");
            } else if (parts.length > 2) { // one sentence for all that is in it
                skip("folder \"" + prefix + parts[0] + "/" + parts[1] + "\": in a service (expected: " + prefix
                        + "<service>/<id>)");
            } else {
                entry("key \"" + key + "\": ", parts[0], name -> id(name, parts[1], reading.apply(key, value)));
            }
        });
    }

    private void id(Name service, String id, Endpoint endpoint) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "id: \"" + id + "\" (expected: host:container:port or host:container:port:udp)");
        }
        add(new Place(service, port("port", matcher.group(1)), matcher.group(2) != null), endpoint);
    }

    /**
     * Takes one address.
     *
     * @param what the entry, for people, as in {@code node "/services/web/1": }
     * @param service as it is registered
     * @param inside the port inside, {@code 1..65535}; {@code 0}: not known, which will do where the name has a port
     * @param endpoint the address
     */
    public void tcp(String what, String service, int inside, Endpoint endpoint) {
        entry(what, service, name -> add(new Place(name, inside, false), endpoint));
    }

    private void entry(String what, String registered, Consumer<Name> adding) {
        Name name;
        try {
            name = Name.of(registered);
        } catch (IllegalArgumentException e) {
            skip("service \"" + registered + "\": " + e.getMessage()); // once for all that is in it
            return;
        }
        try {
            adding.accept(name);
        } catch (RuntimeException e) {
            skip(what + Problems.of(e));
        }
    }

    private void add(Place place, Endpoint endpoint) {
        if (place.inside() != 0 || place.service().port() == 0) {
            port("port inside", String.valueOf(place.inside()));
        }
        found.computeIfAbsent(place, key -> new ArrayList<>()).add(endpoint);
    }

    private static int port(String what, String text) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(what + ": \"" + text + "\" (expected: 1..65535)");
        }
        return port;
    }

    /**
     * Leaves something out.
     *
     * @param why one sentence
     */
    public void skip(String why) {
        skipped.add(why);
    }

    /**
     * The definitions of all that was taken.
     *
     * @param ports makes them
     * @return the same for the same addresses in whatever order they were taken
     */
    public CatalogReader.Found found(ServicePorts ports) {
        List<Place> places = new ArrayList<>();
        for (Place place : found.keySet()) { // of one service and transport, the lowest port inside comes first
            Place before = places.isEmpty() ? place : places.get(places.size() - 1);
            if (!places.isEmpty() && place.isAtOnePortWith(before)) {
                skip("service \"" + place.service().registered() + "\": port inside " + place.inside() + " (expected: "
                        + before.inside() + ", since one port is of one service)");
            } else {
                places.add(place);
            }
        }
        places.sort(Comparator.comparing(Place::port).thenComparing(Place.ORDER));
        List<ServicePort> all = new ArrayList<>();
        for (Place place : places) {
            String title = place.service().name();
            // Whatever other ports it has, and other catalogs: a name never moves from one port to another.
            String name = title + ":" + place.port() + (place.udp() ? "/udp" : "");
            all.add(new ServicePort(place.port(), place.protocol(), service(name, place), title));
        }
        return ports.found(all, List.copyOf(skipped));
    }

    private ServiceSpec service(String name, Place place) {
        String what = "service \"" + place.service().registered() + "\"";
        Listing listing = Listing.of(found.getOrDefault(place, List.of()));
        listing.skipped().forEach(why -> skip(what + ": " + why));
        return ServiceSpec.of(name)
                .withBalancer(BALANCER)
                .withEndpoints(listing.endpoints())
                .withProvenance(new Provenance(source, what));
    }
}
