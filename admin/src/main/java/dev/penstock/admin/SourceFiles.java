package dev.penstock.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.UriOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses sources of endpoints that have the gateway read a file or a variable: what it says would go to whatever host the same
 * URI names, and whoever may send definitions may not see all that the gateway may read. Stateless.
 */
final class SourceFiles {
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
                String found = String.join(
                        ", ",
                        UriOptions.namingFilesOrVariables(service.discover().get(i)));
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

    /** Null where it does not stand in what was sent, as that of a service that another one defines. */
    private static @Nullable String pointer(JsonNode tree, String service, int index, String sent) {
        String pointer = "/services/" + service.replace("~", "~0").replace("/", "~1") + "/discover";
        JsonNode node = tree.at(pointer);
        boolean known = !node.isMissingNode() && pointer.startsWith(sent + "/");
        return known ? pointer.substring(sent.length()) + (node.isArray() ? "/" + index : "") : null;
    }
}
