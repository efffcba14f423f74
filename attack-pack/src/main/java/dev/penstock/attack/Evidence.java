package dev.penstock.attack;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one attack.
 *
 * @param answer what the attack's client got
 * @param more bytes that came after it, not asked for
 * @param closed whether the proxy then closed the connection
 * @param next what the client got for an ordinary request on the same connection; null where it was closed
 * @param other what another client got for an ordinary request
 * @param seen the requests that the endpoint took down, but for the ordinary ones
 */
record Evidence(
        Answer answer,
        String more,
        boolean closed,
        @Nullable Answer next,
        Answer other,
        List<SeenRequest> seen) {}
