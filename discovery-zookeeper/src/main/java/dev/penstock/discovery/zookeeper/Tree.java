package dev.penstock.discovery.zookeeper;

import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.RegisteredPorts;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.http.Call;
import dev.penstock.endpoint.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The services below one path, each a {@link Folder}, as service ports. Confined to its loop.
 *
 * <p>The path stays when the last service below it goes: that it is gone says nothing of services.
 */
final class Tree {
    /** The most nodes in all services together; more are an error, not a part of the truth. */
    static final int MOST_NODES = 100_000;

    /** How many services are read at a time. */
    private static final int AT_A_TIME = 16;

    private final Session session;
    private final String source;
    private final String path;
    private final ServicePorts ports;
    private volatile boolean wasThere;
    private volatile Map<String, List<Endpoint>> before = Map.of();

    Tree(Session session, String source, String path, ServicePorts ports) {
        this.session = session;
        this.source = source;
        this.path = path;
        this.ports = ports;
    }

    /** Reads all. */
    Call<CatalogReader.Found> read() {
        session.known().begin(path, false);
        return folder(path).names().then(names -> {
            if (names.isEmpty() && wasThere) {
                throw new CompletionException(
                        new IOException("\"" + path + "\" is not there any more (expected: a node)"));
            }
            wasThere = names.isPresent();
            List<String> services = names.orElse(List.of());
            return Several.of(services.size(), AT_A_TIME, i -> service(services.get(i)))
                    .map(listings -> found(services, listings));
        });
    }

    /** What can be told of a service: one that may not be read harms no other, and stays as it was. */
    private Call<Listing> service(String name) {
        var call = new Call<Listing>();
        Call<Listing> read = folder(path + "/" + name).read();
        call.over(read);
        CompletionStage<Listing> end = read;
        end.whenComplete((listing, problem) -> {
            if (problem == null) {
                call.complete(listing);
            } else if (Call.cause(problem) instanceof ConnectException
                    || !(Call.cause(problem) instanceof IOException)) {
                call.fail(problem);
            } else {
                List<Endpoint> kept = before.getOrDefault(name, List.of());
                call.complete(new Listing(kept, List.of(Problems.of(problem)), null));
            }
        });
        return call;
    }

    private Folder folder(String path) {
        return new Folder(session, path, false);
    }

    private CatalogReader.Found found(List<String> services, List<Listing> listings) {
        int nodes = listings.stream().mapToInt(each -> each.endpoints().size()).sum();
        if (nodes > MOST_NODES) {
            throw new CompletionException(new IOException(
                    "\"" + path + "\": " + nodes + " nodes (expected: " + MOST_NODES + " at most in all services)"));
        }
        Map<String, List<Endpoint>> now = new HashMap<>();
        var registered = new RegisteredPorts(source);
        for (int i = 0; i < services.size(); i++) {
            listings.get(i).skipped().forEach(registered::skip);
            now.put(services.get(i), listings.get(i).endpoints());
            for (Endpoint endpoint : listings.get(i).endpoints()) {
                String what = "node \"" + endpoint.metadata().get(Instances.NODE) + "\": ";
                registered.tcp(what, services.get(i), inside(endpoint), endpoint);
            }
        }
        before = now;
        return registered.found(ports);
    }

    private static int inside(Endpoint endpoint) {
        return Integer.parseInt(endpoint.metadata().getOrDefault(Instances.PRIVATE_PORT, "0"));
    }
}
