package dev.penstock.route;

import dev.penstock.request.Request;

/** A {@link ValueMatch} ready to be checked. Immutable. Cost: linear in what is read, no allocation. */
final class ValueCondition {
    private final ValueMatch match;
    private final String[] values; // walked without an iterator

    ValueCondition(ValueMatch match) {
        this.match = match;
        this.values = match.values().toArray(String[]::new);
    }

    ValueMatch match() {
        return match;
    }

    /** Whether the request has such a header, with an accepted value. */
    boolean inHeaders(Request request) {
        String value = request.header(match.name());
        return value != null && accepts(value, 0, value.length());
    }

    /** Whether a query has such a parameter, with an accepted value; {@code a} is the same as {@code a=}. */
    boolean inQuery(String query) {
        return occurs(query, false);
    }

    /** Whether a query has such a parameter, with any value. */
    boolean namedIn(String query) {
        return occurs(query, true);
    }

    private boolean occurs(String query, boolean anyValue) {
        String name = match.name();
        int start = 0;
        while (start < query.length()) {
            int and = query.indexOf('&', start);
            int end = and < 0 ? query.length() : and;
            int nameEnd = start + name.length();
            boolean named =
                    nameEnd <= end && query.startsWith(name, start) && (nameEnd == end || query.charAt(nameEnd) == '=');
            if (named && (anyValue || accepts(query, Math.min(nameEnd + 1, end), end))) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    private boolean accepts(String text, int start, int end) {
        for (String value : values) {
            if (value.length() == end - start && text.startsWith(value, start)) {
                return true;
            }
        }
        return values.length == 0;
    }
}
