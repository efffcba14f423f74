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
            throw new IllegalArgumentException("callback: \"" + shown(uri)
                    + "\" (expected: http://host:port/ by which Marathon reaches this machine)");
        }
        return new CallbackUrl(uri.toString(), port);
    }

    /** What logs may say of it: a user, a path or a query may hold a secret. */
    String shown() {
        return shown(URI.create(url));
    }

    private static String shown(URI uri) {
        if (uri.getHost() == null) {
            return "no URL with a host";
        }
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }
}
