package dev.penstock.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ServiceSpec;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses sources of endpoints that have the gateway read a file or a variable: what it says would go to whatever host the same
 * URI names, and whoever may send definitions may not see all that the gateway may read. Stateless.
 */
final class SourceFiles {
    private static final Set<String> FILES = Set.of("ca", "cert", "key");

    private SourceFiles() {}

    /**
     * Looks at all sources of a document.
     *
     * @param sent a pointer to the part that was sent; empty: all of it
     */
    static void refuse(NativeDocument document, String sent) {
        List<ApiProblem.Spot> spots = new ArrayList<>();
        CatalogState state = document.state();
        for (ServiceSpec service : state.services()) {
            for (int i = 0; i < service.discover().size(); i++) {
                String found = options(service.discover().get(i));
                if (!found.isEmpty()) {
                    String pointer = pointer(document.tree(), service.name().value(), i, sent);
                    String detail = "services." + service.name().value() + ".discover: names a file or a variable by "
                            + found + " (expected: none in what the API is sent; a configuration file may)";
                    spots.add(new ApiProblem.Spot(pointer, 0, 0, detail));
                }
            }
        }
        if (!spots.isEmpty()) {
            throw new ApiProblem(
                    400, spots.stream().map(ApiProblem.Spot::detail).collect(Collectors.joining("; ")), spots);
        }
    }

    /** Those of a URI that name a file or a variable; empty if none does. */
    private static String options(URI uri) {
        String rest = uri.getRawSchemeSpecificPart();
        int query = rest.indexOf('?');
        return query < 0
                ? ""
                : Stream.of(rest.substring(query + 1).split("&", -1))
                        .map(option -> URLDecoder.decode(option.replace("+", "%2B"), StandardCharsets.UTF_8))
                        .map(option -> option.indexOf('=') < 0 ? option : option.substring(0, option.indexOf('=')))
                        .filter(name -> FILES.contains(name) || name.endsWith("File") || name.endsWith("Env"))
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    /** Null where it does not stand in what was sent, as that of a service that another one defines. */
    private static @Nullable String pointer(JsonNode tree, String service, int index, String sent) {
        String pointer = "/services/" + service.replace("~", "~0").replace("/", "~1") + "/discover";
        JsonNode node = tree.at(pointer);
        boolean known = !node.isMissingNode() && pointer.startsWith(sent + "/");
        return known ? pointer.substring(sent.length()) + (node.isArray() ? "/" + index : "") : null;
    }
}
