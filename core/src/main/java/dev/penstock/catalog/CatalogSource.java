package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Locale;

/**
 * A catalog to be followed: where it is and what it may claim. Immutable.
 *
 * @param from names the catalog, as in {@code docker://}
 * @param limits what it may claim
 */
public record CatalogSource(URI from, CatalogLimits limits) {
    /** Checks for null. */
    public CatalogSource {
        requireNonNull(from, "from");
        requireNonNull(limits, "limits");
    }

    /**
     * A catalog without limits.
     *
     * @param from see {@link #from()}
     * @return the source
     */
    public static CatalogSource of(URI from) {
        return new CatalogSource(from, CatalogLimits.none());
    }

    /**
     * The URI as logs and states show it.
     *
     * @return without user, password, query and fragment, where secrets stand
     */
    public String name() {
        String scheme = from.getScheme() == null ? "" : from.getScheme().toLowerCase(Locale.ROOT) + ":";
        String rest = from.isOpaque() ? from.getRawSchemeSpecificPart() : from.getRawPath();
        String authority = from.getRawAuthority();
        boolean nothing = rest == null || (authority == null && rest.equals("/"));
        String path = nothing ? "" : rest.replaceFirst("\\?.*", "");
        boolean slashes = authority != null || from.toString().startsWith(scheme + "//");
        // A password with a slash in it looks like a path, with the address behind.
        String shown = ((authority == null ? "" : authority) + path).replaceFirst(".*@", "");
        return scheme + (slashes ? "//" : "") + shown;
    }
}
