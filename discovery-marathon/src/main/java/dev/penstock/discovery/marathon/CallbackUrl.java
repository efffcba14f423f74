package dev.penstock.discovery.marathon;

import java.net.URI;

/**
 * Where Marathon posts its events. Immutable.
 *
 * @param url as Marathon is told
 * @param port where it is listened for, {@code 1..65535}
 */
record CallbackUrl(String url, int port) {
    static CallbackUrl of(URI uri) {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "callback: \"" + uri + "\" (expected: http://host:port/ by which Marathon reaches this machine)");
        }
        return new CallbackUrl(uri.toString(), port);
    }
}
