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
 * @param full ids of the endpoints at their limit
 * @param failing ids of those whose circuit breaker is open
 * @param refusal in place of a pick; null if there is one to be made
 */
record Detour(
        Request original,
        Set<String> full,
        Set<String> failing,
        @Nullable Refusal refusal) {
    /** What pickers see. */
    Request request() {
        return new View(original, new Passed(original.tried(), full, failing));
    }

    /** What keeps a client on its endpoint sees: one that is full is no reason to leave it, one that fails is. */
    Request bound() {
        return failing.isEmpty() ? original : new View(original, new Passed(original.tried(), Set.of(), failing));
    }

    private record Passed(Tried before, Set<String> full, Set<String> failing) implements Tried {
        @Override
        public boolean isEmpty() {
            return full.isEmpty() && failing.isEmpty() && before.isEmpty();
        }

        @Override
        public boolean contains(String endpointId) {
            return full.contains(endpointId) || failing.contains(endpointId) || before.contains(endpointId);
        }

        @Override
        public boolean isUnderWay(String endpointId) {
            return before.isUnderWay(endpointId);
        }
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
