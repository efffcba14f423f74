package dev.penstock.proxy;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.FieldNames;
import dev.penstock.proxy.http1.Fields;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The header fields that belong to one connection and are not passed on (RFC 9110, 7.6.1). Immutable. */
final class HopByHop {
    // "proxy" is none of them: a server that passes headers on as HTTP_* variables takes it for its own setting
    // (HTTPoxy).
    private static final FieldName[] FIELDS = {
        FieldName.CONNECTION,
        FieldName.KEEP_ALIVE,
        FieldName.PROXY_AUTHENTICATE,
        FieldName.PROXY_AUTHENTICATION_INFO,
        FieldName.PROXY_AUTHORIZATION,
        FieldName.PROXY_CONNECTION,
        FieldName.TE,
        FieldName.TRAILER,
        FieldName.TRANSFER_ENCODING,
        FieldName.UPGRADE,
        FieldName.HTTP2_SETTINGS,
        FieldName.PROXY,
    };
    private static final FieldNames ALL = FieldNames.of(FIELDS);

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
                    PROTECTED.stream(),
                    Stream.of(FIELDS).map(name -> name.toString().toLowerCase(Locale.ROOT)))
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
    static void strip(Fields headers) {
        if (headers.contains(FieldName.CONNECTION)) {
            for (String value : headers.all(FieldName.CONNECTION)) {
                stripNominated(headers, value);
            }
        }
        headers.removeAll(ALL);
    }

    private static void stripNominated(Fields headers, String value) {
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
    static void stripAliases(Fields headers) {
        if (headers.hasOddNames()) {
            for (String name : headers.names()) {
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
    static void stripClaims(Fields headers) {
        if (headers.hasNameFrom(CLAIM)) {
            for (String name : headers.names()) {
                if (isClaim(name)) {
                    headers.remove(name);
                }
            }
        }
    }

    private static boolean isClaim(String name) {
        return name.regionMatches(true, 0, CLAIM, 0, CLAIM.length()) && !name.equalsIgnoreCase("x-forwarded-for");
    }

    private static boolean isOdd(String name) {
        return name.indexOf('_') >= 0 || name.indexOf('.') >= 0;
    }

    private static String plain(String name) {
        return name.replace('_', '-').replace('.', '-').toLowerCase(Locale.ROOT);
    }

    /** Takes out of trailers what has a meaning only in a head. */
    static void stripTrailers(Fields trailers) {
        strip(trailers);
        for (String name : trailers.names()) {
            String plain = plain(name);
            if (PROTECTED.contains(plain) || NOT_IN_TRAILERS.contains(plain)) {
                trailers.remove(name);
            }
        }
    }
}
