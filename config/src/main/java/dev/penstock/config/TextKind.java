package dev.penstock.config;

import java.util.Locale;

/** The kinds of text that keys take: what they are called, and what all of one kind have in common. */
enum TextKind {
    TEXT("text", ""),
    VALUE("text", ""),
    NAME("text", "(?!\\.{1,2}$).*\\S.*"),
    SERVICE("name of a service", "(?!\\.{1,2}$)\\S{1,255}"),
    ADDRESS("address", "(\\[[0-9a-fA-F:.%a-z]+\\]|[^\\s/\\[\\]:]*):[0-9]{1,5}"),
    URI("URI", "[A-Za-z][A-Za-z0-9+.-]*:.*"),
    RANGE("range", "[0-9a-fA-F:.]+(/[0-9]{1,3})?"),
    HOST("host name", "\\S+"),
    PATH("path", "/.*"),
    FILE("file", ".*\\S.*"),
    TOKEN("8 to 512 visible ASCII characters", "[!-~]{8,512}"),
    FORMAT("format", "[^\\r\\n]*\\S[^\\r\\n]*"),
    PORTS("ports", "[0-9]{1,5}(-[0-9]{1,5})?"),
    HASH("hash", ".*\\S.*"),
    METHOD("method of HTTP", "[!#$%&'*+.^_`|~0-9A-Za-z-]+"),
    MEDIA("media type", "[^\\s/;,]+/[^\\s/;,]+"),
    STATUSES("statuses", "[1-5][0-9]{2}(-[1-5][0-9]{2})?");

    private final String told;
    private final String pattern;

    TextKind(String told, String pattern) {
        this.told = told;
        this.pattern = pattern;
    }

    /** By its name in {@code keys.txt}. */
    static TextKind of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** In the words of the reference. */
    String told() {
        return told;
    }

    /** What each of them matches whole, an expression of ECMA-262; empty where any text is one. */
    String pattern() {
        return pattern;
    }

    /** Whether a number needs no quotes. */
    boolean numbers() {
        return this == TEXT || this == VALUE || this == NAME || this == SERVICE || this == PORTS || this == STATUSES;
    }

    /** Whether a flag needs no quotes. */
    boolean flags() {
        return this == VALUE;
    }
}
