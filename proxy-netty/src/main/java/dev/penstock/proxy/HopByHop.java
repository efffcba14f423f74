package dev.penstock.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The header fields that belong to one connection and are not passed on (RFC 9110, 7.6.1). Immutable. */
final class HopByHop {
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
    private static final AsciiString PROXY = AsciiString.cached("proxy");
    private static final AsciiString PROXY_AUTHENTICATION_INFO = AsciiString.cached("proxy-authentication-info");
    private static final AsciiString HTTP2_SETTINGS = AsciiString.cached("http2-settings");

    // "proxy" is none of them: a server that passes headers on as HTTP_* variables takes it for its own setting
    // (HTTPoxy).
    private static final AsciiString[] FIELDS = {
        HttpHeaderNames.CONNECTION,
        KEEP_ALIVE,
        HttpHeaderNames.PROXY_AUTHENTICATE,
        PROXY_AUTHENTICATION_INFO,
        HttpHeaderNames.PROXY_AUTHORIZATION,
        PROXY_CONNECTION,
        HttpHeaderNames.TE,
        HttpHeaderNames.TRAILER,
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.UPGRADE,
        HTTP2_SETTINGS,
        PROXY,
    };

    // What frames a message, routes it or says whom it came from cannot be nominated away.
    private static final Set<String> PROTECTED = Set.of(
            "host",
            "content-length",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-server",
            "x-real-ip",
            "x-request-id",
            "via");

    /** What many endpoints believe of the client besides, as X-Forwarded-Port and X-Forwarded-Prefix. */
    private static final String CLAIM = "x-forwarded-";

    // Where names become variables, as in CGI, X_Forwarded_For and X-Forwarded-For are one.
    private static final Set<String> WITHOUT_ALIAS = Stream.concat(
                    PROTECTED.stream(), Stream.of(FIELDS).map(AsciiString::toString))
            .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> NOT_IN_TRAILERS = Set.of(
            "authorization",
            "content-encoding",
            "content-range",
            "content-type",
            "cookie",
            "expect",
            "max-forwards",
            "set-cookie",
            "cache-control",
            "range");

    private HopByHop() {}

    /** Takes out the fields of the connection and all that the Connection field names. */
    static void strip(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.CONNECTION)) {
            for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
                stripNominated(headers, value);
            }
        }
        for (AsciiString field : FIELDS) {
            headers.remove(field);
        }
    }

    private static void stripNominated(HttpHeaders headers, String value) {
        for (int from = 0; from <= value.length(); ) {
            int comma = value.indexOf(',', from);
            int to = comma < 0 ? value.length() : comma;
            String name = value.substring(from, to).trim();
            if (!name.isEmpty() && !PROTECTED.contains(name.toLowerCase(Locale.ROOT))) {
                headers.remove(name);
            }
            from = to + 1;
        }
    }

    /** Takes out fields whose names some endpoints take for those that a client must not write. */
    static void stripAliases(HttpHeaders headers) {
        boolean odd = false;
        var entries = headers.iteratorCharSequence();
        while (entries.hasNext()) {
            odd |= isOdd(entries.next().getKey());
        }
        if (odd) {
            for (String name : List.copyOf(headers.names())) {
                if (isOdd(name) && WITHOUT_ALIAS.contains(plain(name))) {
                    headers.remove(name);
                }
            }
        }
    }

    /**
     * Takes out every X-Forwarded- field but the address list, which says what is believed: a client that is no proxy has
     * nothing to say in them.
     */
    static void stripClaims(HttpHeaders headers) {
        boolean claimed = false;
        var entries = headers.iteratorCharSequence();
        while (entries.hasNext()) {
            claimed |= isClaim(entries.next().getKey());
        }
        if (claimed) {
            for (String name : List.copyOf(headers.names())) {
                if (isClaim(name)) {
                    headers.remove(name);
                }
            }
        }
    }

    private static boolean isClaim(CharSequence name) {
        return AsciiString.regionMatches(name, true, 0, CLAIM, 0, CLAIM.length())
                && !AsciiString.contentEqualsIgnoreCase(name, "x-forwarded-for");
    }

    private static boolean isOdd(CharSequence name) {
        return AsciiString.indexOf(name, '_', 0) >= 0 || AsciiString.indexOf(name, '.', 0) >= 0;
    }

    private static String plain(String name) {
        return name.replace('_', '-').replace('.', '-').toLowerCase(Locale.ROOT);
    }

    /** Takes out of trailers what has a meaning only in a head. */
    static void stripTrailers(HttpHeaders trailers) {
        strip(trailers);
        for (String name : List.copyOf(trailers.names())) {
            String plain = plain(name);
            if (PROTECTED.contains(plain) || NOT_IN_TRAILERS.contains(plain)) {
                trailers.remove(name);
            }
        }
    }

    /** Tells whether a comma-separated field has a token, in whatever case. */
    static boolean hasToken(HttpHeaders headers, AsciiString field, AsciiString token) {
        return headers.contains(field) && headers.containsValue(field, token, true);
    }
}
