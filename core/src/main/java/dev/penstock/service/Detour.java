package dev.penstock.service;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that is to be picked for once more, past the endpoints that take none at the moment: to the picker they look
 * tried. Confined to the thread that decides.
 *
 * @param original the request as it is
 * @param blocked ids of the endpoints to pass
 * @param refusal in place of a pick; null if there is one to be made
 */
record Detour(
        Request original, Set<String> blocked, @Nullable Refusal refusal) implements Tried {
    @Override
    public boolean isEmpty() {
        return blocked.isEmpty() && original.tried().isEmpty();
    }

    @Override
    public boolean contains(String endpointId) {
        return blocked.contains(endpointId) || original.tried().contains(endpointId);
    }

    /** What pickers see. */
    Request request() {
        return new View(original, this);
    }

    private record View(Request original, Tried tried) implements Request {
        @Override
        public String listener() {
            return original.listener();
        }

        @Override
        public String scheme() {
            return original.scheme();
        }

        @Override
        public String client() {
            return original.client();
        }

        @Override
        public String method() {
            return original.method();
        }

        @Override
        public String host() {
            return original.host();
        }

        @Override
        public String path() {
            return original.path();
        }

        @Override
        public String query() {
            return original.query();
        }

        @Override
        public @Nullable String header(String name) {
            return original.header(name);
        }
    }
}
