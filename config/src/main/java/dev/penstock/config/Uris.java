package dev.penstock.config;

import java.net.URI;

/** URIs of sources as people write them. Stateless. */
final class Uris {
    private Uris() {}

    /** A URI with a scheme; {@code docker://} is taken as {@code docker:///}, for there {@link URI} wants more. */
    static URI parse(String text) {
        URI uri = URI.create(text.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*)://(?=$|\\?)", "$1:///"));
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException(text);
        }
        return uri;
    }
}
