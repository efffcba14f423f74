package dev.penstock.proxy;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import java.util.List;

/**
 * The proxies that a message came by (RFC 9110, 7.6.3). Immutable.
 *
 * <p>A request that came by here more often than a chain of listeners of one machine would have it goes round in a loop.
 */
final class Via {
    /** So many times a request may come by the same name: listeners of one machine may stand behind one another. */
    private static final int MOST_VISITS = 4;

    private final String name;

    /** The proxy by the name that others know it by. */
    Via(String name) {
        this.name = name;
    }

    /** Whether a request goes round. */
    boolean loops(Fields headers) {
        if (!headers.contains(FieldName.VIA)) {
            return false;
        }
        int visits = 0;
        for (String value : headers.all(FieldName.VIA)) {
            for (String visit : value.split(",", -1)) {
                visits += isOurs(visit.trim()) ? 1 : 0;
            }
        }
        return visits >= MOST_VISITS;
    }

    private boolean isOurs(String visit) {
        int blank = visit.indexOf(' ');
        return blank > 0
                && visit.startsWith(name, blank + 1)
                && (visit.length() == blank + 1 + name.length() || visit.charAt(blank + 1 + name.length()) == ' ');
    }

    /** Adds this proxy to a message. */
    void add(Fields headers, boolean http10) {
        String visit = (http10 ? "1.0 " : "1.1 ") + name;
        if (headers.contains(FieldName.VIA)) {
            List<String> before = headers.all(FieldName.VIA);
            headers.set(FieldName.VIA, String.join(", ", before) + ", " + visit);
        } else {
            headers.set(FieldName.VIA, visit);
        }
    }
}
