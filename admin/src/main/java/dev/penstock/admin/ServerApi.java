package dev.penstock.admin;

import dev.penstock.config.ConfigurationException;
import dev.penstock.config.Fault;
import dev.penstock.config.Server;
import dev.penstock.config.ServerJson;
import dev.penstock.config.ServerReader;
import dev.penstock.config.Upstream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The resources of balancer's API: servers, and of each its filter, upstreams and fallbacks. Thread-safe. */
final class ServerApi {
    private static final Logger LOG = LoggerFactory.getLogger(ServerApi.class);
    private static final String JSON = "JSON"; // what faults call a body

    private final ServerCatalog catalog;

    ServerApi(ServerCatalog catalog) {
        this.catalog = catalog;
    }

    /** Upstreams or fallbacks of a server. */
    private record Part(
            String name,
            Function<Server, List<Upstream>> of,
            BiFunction<Server, List<Upstream>, Server> with,
            Function<List<Upstream>, String> json) {
        static final Part UPSTREAM = new Part("Upstream", Server::upstreams, Server::withUpstreams, ServerJson::list);
        static final Part FALLBACK = new Part("Fallback", Server::fallbacks, Server::withFallbacks, ServerJson::byKey);
    }

    /** What can be done with a resource, by method. */
    private static final class Resource {
        private final Map<String, Supplier<AdminResponse>> methods = new TreeMap<>();

        Resource get(Supplier<String> json) {
            Supplier<AdminResponse> answer = () -> AdminResponse.json(200, json.get());
            methods.put("GET", answer);
            methods.put("HEAD", answer);
            return this;
        }

        Resource on(String method, Runnable change) {
            methods.put(method, () -> {
                change.run();
                return AdminResponse.NOTHING;
            });
            return this;
        }

        Resource write(Runnable change) {
            return on("POST", change).on("PUT", change);
        }

        AdminResponse answer(String method) {
            Supplier<AdminResponse> answer = methods.get(method);
            return answer == null ? AdminResponse.notAllowed(String.join(", ", methods.keySet())) : answer.get();
        }
    }

    /** Answers a request; null if the path is none of this API. */
    @Nullable
    AdminResponse answer(AdminRequest request) {
        try {
            List<String> path = path(request.path());
            Resource resource = path.isEmpty()
                    ? new Resource().get(() -> ServerJson.of(catalog.all()))
                    : path.get(0).equals("server") ? resource(path, request.body()) : null;
            return resource == null ? null : resource.answer(request.method());
        } catch (ApiProblem e) {
            return e.answer();
        } catch (ConfigurationException e) {
            String message = e.faults().stream().map(Fault::toString).collect(Collectors.joining("; "));
            return new ApiProblem(400, message).answer();
        } catch (RuntimeException e) {
            LOG.error("a fault of the program", e);
            return new ApiProblem(500, "a fault of the program, see its log").answer();
        }
    }

    /** The segments of a path; its words as they stand, the address and the key behind them decoded. */
    private static List<String> path(String raw) {
        if (raw.equals("/")) {
            return List.of();
        }
        List<String> path = Stream.of(raw.split("/", -1)).skip(1).collect(Collectors.toCollection(ArrayList::new));
        if (path.get(0).equals("server")) {
            for (int i = 1; i < path.size(); i += 2) {
                path.set(i, decoded(path.get(i)));
            }
        }
        return path;
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ApiProblem(400, "path: \"" + segment + "\" (expected: %XX with two hexadecimal digits)");
        }
    }

    private @Nullable Resource resource(List<String> path, String body) {
        if (path.size() == 1) {
            return new Resource().on("POST", () -> catalog.put(ServerReader.server(JSON, body)));
        }
        String address = path.get(1);
        if (address.isEmpty()) {
            return null;
        }
        if (path.size() == 2) {
            return new Resource()
                    .get(() -> ServerJson.of(catalog.server(address)))
                    .on("DELETE", () -> catalog.remove(address));
        }
        return switch (path.get(2)) {
            case "filter" -> path.size() == 3 ? filter(address, body) : null;
            case "upstream" -> part(Part.UPSTREAM, address, path, body);
            case "fallback" -> part(Part.FALLBACK, address, path, body);
            default -> null;
        };
    }

    private Resource filter(String address, String body) {
        return new Resource()
                .get(() -> ServerJson.of(catalog.server(address).filter()))
                .write(() -> {
                    var filter = ServerReader.filter(JSON, body);
                    catalog.update(address, server -> server.withFilter(filter));
                });
    }

    private @Nullable Resource part(Part part, String address, List<String> path, String body) {
        return switch (path.size()) {
            case 3 ->
                new Resource()
                        .get(() -> part.json().apply(part.of().apply(catalog.server(address))))
                        .write(() -> put(part, address, ServerReader.upstream(JSON, body)));
            case 4 -> one(part, address, key(path.get(3)), body);
            default -> null;
        };
    }

    private Resource one(Part part, String address, String key, String body) {
        return new Resource()
                .get(() -> ServerJson.of(find(part, catalog.server(address), key)))
                .write(() -> put(part, address, ServerReader.upstream(JSON, key, body)))
                .on(
                        "DELETE",
                        () -> catalog.update(address, server -> {
                            List<Upstream> left = new ArrayList<>(part.of().apply(server));
                            left.remove(find(part, server, key));
                            return part.with().apply(server, left);
                        }));
    }

    private void put(Part part, String address, Upstream upstream) {
        catalog.update(
                address,
                server -> part.with().apply(server, Server.with(part.of().apply(server), upstream)));
    }

    private static Upstream find(Part part, Server server, String key) {
        return part.of().apply(server).stream()
                .filter(upstream -> upstream.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new ApiProblem(
                        404, part.name() + " " + key + " of server " + server.address() + " not found."));
    }

    private static String key(String text) {
        try {
            return Upstream.parse(text).key();
        } catch (IllegalArgumentException e) {
            throw new ApiProblem(400, String.valueOf(e.getMessage()));
        }
    }
}
