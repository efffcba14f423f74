package dev.penstock.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.admin.ApiProblem.Spot;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.Fault;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Faults of documents as problems with pointers. Stateless. */
final class NativeFaults {
    private NativeFaults() {}

    /** Those of a body that is the whole document. */
    static ApiProblem of(ConfigurationException faults, JsonNode tree) {
        List<Spot> spots = faults.faults().stream()
                .map(fault -> new Spot(pointer(tree, fault.path()), fault.line(), fault.column(), fault.message()))
                .toList();
        return new ApiProblem(400, text(faults), spots);
    }

    /** Those of a document with one item that was sent: the item's own fault, or 409 for what does not go with the others. */
    static ApiProblem of(ConfigurationException faults, NativeDocument.Placed placed) {
        List<Spot> spots = faults.faults().stream()
                .filter(fault -> isWithin(fault, placed))
                .map(fault -> spot(fault, placed))
                .toList();
        return new ApiProblem(spots.isEmpty() ? 409 : 400, text(faults), spots);
    }

    private static boolean isWithin(Fault fault, NativeDocument.Placed placed) {
        String path = fault.path();
        return path.startsWith(placed.path())
                && (path.length() == placed.path().length()
                        || ".[".indexOf(path.charAt(placed.path().length())) >= 0);
    }

    private static Spot spot(Fault fault, NativeDocument.Placed placed) {
        String rest = fault.path().substring(placed.path().length());
        String path = rest.startsWith(".") ? rest.substring(1) : rest;
        int column = fault.line() == 1 ? fault.column() - placed.shift() : fault.column();
        return column < 1 // at the key of the item, which was not sent
                ? new Spot(pointer(placed.item(), path), 0, 0, fault.message())
                : new Spot(pointer(placed.item(), path), fault.line(), column, fault.message());
    }

    static String text(ConfigurationException faults) {
        return faults.faults().stream()
                .map(fault -> (fault.path().isEmpty() ? "" : fault.path() + ": ") + fault.message())
                .collect(Collectors.joining("; "));
    }

    /** A path such as {@code routes[2].service} as a pointer: {@code /routes/2/service}. */
    static String pointer(JsonNode tree, String path) {
        var pointer = new StringBuilder();
        @Nullable JsonNode node = tree;
        String rest = path;
        while (!rest.isEmpty()) {
            String key = rest.startsWith("[") ? index(rest) : key(node, rest);
            int used = rest.startsWith("[") ? key.length() + 2 : key.length();
            pointer.append('/').append(key.replace("~", "~0").replace("/", "~1"));
            node = node == null
                    ? null
                    : node.isArray() && key.matches("[0-9]{1,9}") ? node.get(Integer.parseInt(key)) : node.get(key);
            rest = rest.substring(Math.min(rest.length(), used));
            rest = rest.startsWith(".") ? rest.substring(1) : rest;
        }
        return pointer.toString();
    }

    private static String index(String rest) {
        int end = rest.indexOf(']');
        return rest.substring(1, end < 0 ? rest.length() : end);
    }

    /** Keys may have dots of their own: the longest that is there counts, else all up to the next dot or bracket. */
    private static String key(@Nullable JsonNode node, String rest) {
        String longest = "";
        if (node != null && node.isObject()) {
            for (String name : (Iterable<String>) node::fieldNames) {
                boolean fits = rest.startsWith(name)
                        && (rest.length() == name.length() || ".[".indexOf(rest.charAt(name.length())) >= 0);
                longest = fits && name.length() > longest.length() ? name : longest;
            }
        }
        if (!longest.isEmpty()) {
            return longest;
        }
        int end = 1;
        while (end < rest.length() && ".[".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        return rest.substring(0, end);
    }
}
