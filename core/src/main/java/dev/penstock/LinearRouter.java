package dev.penstock;

import dev.penstock.request.Request;
import dev.penstock.route.HostMatch;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.route.Router;
import dev.penstock.route.Routing;
import java.util.List;

/** Stand-in. */
final class LinearRouter implements Router {
    private final List<Routing.To> routes;

    LinearRouter(List<Route> routes) {
        this.routes = routes.stream().map(Routing.To::new).toList();
    }

    @Override
    public Routing route(Request request) {
        for (Routing.To to : routes) {
            HostMatch host = to.route().match().host();
            PathMatch path = to.route().match().path();
            boolean hosts = host instanceof HostMatch.Any
                    || (host instanceof HostMatch.Exact exact && exact.name().equals(request.host()))
                    || (host instanceof HostMatch.Below below && request.host().endsWith("." + below.domain()));
            boolean paths = path instanceof PathMatch.Any
                    || (path instanceof PathMatch.Exact exact && exact.path().equals(request.path()))
                    || (path instanceof PathMatch.Prefix prefix
                            && (prefix.path().equals("/")
                                    || request.path().equals(prefix.path())
                                    || request.path().startsWith(prefix.path() + "/")));
            if (hosts && paths) {
                return to;
            }
        }
        return Routing.NO_MATCH;
    }
}
