package dev.penstock.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The options of a URI, as flags give them. Confined to one thread. */
final class UriQuery {
    private final StringBuilder text = new StringBuilder();

    /** Adds an option; without a value it is left out. */
    UriQuery add(String name, @Nullable String value) {
        if (value != null) {
            text.append(text.length() == 0 ? "" : "&").append(name).append('=').append(escaped(value));
        }
        return this;
    }

    /** Adds an option that is true, or left out. */
    UriQuery add(String name, boolean given) {
        return add(name, given ? "true" : null);
    }

    /** The address with these options behind those that it has. */
    String behind(String address) {
        if (text.length() == 0) {
            return address;
        }
        return address + (address.indexOf('?') < 0 ? '?' : '&') + text;
    }

    /** A text of any characters as part of a URI; a plus is no space there. */
    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
