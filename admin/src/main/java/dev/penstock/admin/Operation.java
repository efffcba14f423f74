package dev.penstock.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One method of one path of the native API. Immutable.
 *
 * @param method as in {@code PUT}
 * @param template the path, with names in braces for segments that may be anything, as in <code>/v1/services/{name}</code>
 * @param changes whether it may be asked what it would change, by {@code dry-run=true}
 * @param does answers a call
 */
record Operation(String method, String template, boolean changes, Function<Call, AdminResponse> does) {
    /**
     * A request at the path of an operation.
     *
     * @param request all of it
     * @param names what stands in the place of the names in braces, decoded
     */
    record Call(AdminRequest request, List<String> names) {
        Call {
            names = List.copyOf(names);
        }

        String name() {
            return names.get(0);
        }

        /** Whether only to say what would come of it. */
        boolean dryRun() {
            return request.query().equals("dry-run=true");
        }

        /** A number of the history. */
        long number() {
            if (!name().matches("[0-9]{1,18}")) {
                throw new ApiProblem(404, "revision: \"" + name() + "\" (expected: a number)");
            }
            return Long.parseLong(name());
        }
    }

    /** Whether it sends a body that a page of another site could send without being asked. */
    boolean hasBody() {
        return Set.of("POST", "PUT").contains(method);
    }

    /** Refuses what a query says in vain: whoever asks for a dry run is not to make a change. */
    void checkQuery(String query) {
        boolean known = query.isEmpty() || (changes && (query.equals("dry-run=true") || query.equals("dry-run=false")));
        if (!known) {
            String expected = changes ? "none, or dry-run=true" : "none";
            throw new ApiProblem(400, "query: \"" + query + "\" (expected: " + expected + ")");
        }
    }

    boolean reads() {
        return method.equals("GET");
    }

    /** What stands in the place of the names; null where the path is another one. */
    @Nullable
    List<String> names(String path) {
        List<String> own = segments(template);
        List<String> asked = segments(path);
        if (own.size() != asked.size()) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
            if (own.get(i).startsWith("{")) {
                if (asked.get(i).isEmpty()) {
                    return null;
                }
                names.add(decoded(asked.get(i)));
            } else if (!own.get(i).equals(asked.get(i))) {
                return null;
            }
        }
        return names;
    }

    private static List<String> segments(String path) {
        return Stream.of(path.split("/", -1)).toList();
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ApiProblem(400, "path: \"" + segment + "\" (expected: %XX with two hexadecimal digits)");
        }
    }
}
