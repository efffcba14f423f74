package dev.penstock.config;

import java.net.URI;

/** URIs of sources as people write them. Stateless. */
final class Uris {
    static final URI UNSET = URI.create("unset:/");

    private Uris() {}

    /** The URI that a value says. */
    static URI of(Value value, String expected) {
        return value.parsed(expected, UNSET, Uris::parse, Uris::shown);
    }

    /** Without user, password and query, where secrets stand; before it is cut short, since what marks them may stand behind. */
    private static String shown(Node.Scalar scalar) {
        String text = scalar.written().replaceAll("(?s)//.*@|\\?.*", "...");
        return new Node.Scalar(scalar.place(), scalar.kind(), text).described();
    }

    /** A URI with a scheme; {@code docker://} is taken as {@code docker:///}, for there {@link URI} wants more. */
    private static URI parse(String text) {
        URI uri = URI.create(text.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*)://(?=$|\\?)", "$1:///"));
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException(text);
        }
        return uri;
    }
}
