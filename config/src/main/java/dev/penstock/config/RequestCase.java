package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.PlainRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A request with what is expected of it. Immutable.
 *
 * @param name what reports call it
 * @param line of the file, {@code >= 1}
 * @param request what comes in
 * @param expected by what is looked at, see {@link Aspect}, the values of which one must be found; at least one
 */
public record RequestCase(String name, int line, PlainRequest request, Map<Aspect, List<String>> expected) {
    /** What is looked at. */
    public enum Aspect {
        /** The name of the route that matches. */
        ROUTE,
        /** The name of the service that it goes to, which may be a fallback. */
        SERVICE,
        /** The id or the address of the endpoint that it would get. */
        ENDPOINT,
        /** The status that the gateway itself would answer. */
        ANSWER;

        /**
         * How it is written.
         *
         * @return its key in the file
         */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the map. */
    public RequestCase {
        requireNonNull(name, "name");
        requireNonNull(request, "request");
        expected = Map.copyOf(expected);
    }
}
