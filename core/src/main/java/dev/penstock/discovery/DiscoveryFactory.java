package dev.penstock.discovery;

import dev.penstock.endpoint.ServiceName;
import java.net.URI;

/**
 * Opens the sources of one URI scheme. Thread-safe; found by {@link java.util.ServiceLoader} or registered by hand.
 *
 * <p>Services whose URIs have an equal {@link #shared(URI)} share one {@link Discovery}, so that a thousand services of
 * one registry need one connection.
 */
public interface DiscoveryFactory {
    /**
     * The scheme, as in {@code dns}.
     *
     * @return lower case
     */
    String scheme();

    /**
     * The part of a URI that names the source, as {@code consul://10.0.0.9:8500} of {@code
     * consul://10.0.0.9:8500/orders?tag=v2}.
     *
     * @param uri as written in the definition of a service
     * @return equal for services that can share a source
     * @throws IllegalArgumentException if the URI makes no sense; the message says what was expected
     */
    URI shared(URI uri);

    /**
     * The part of a URI that says what to look for.
     *
     * @param service the name of the service here
     * @param uri as written in its definition
     * @return the query
     * @throws IllegalArgumentException if the URI makes no sense; the message says what was expected
     */
    ServiceQuery query(ServiceName service, URI uri);

    /**
     * Opens a source; must not wait for it to answer.
     *
     * @param shared see {@link #shared(URI)}
     * @param context what it may use
     * @return closed when no service uses it any more
     */
    Discovery open(URI shared, DiscoveryContext context);
}
