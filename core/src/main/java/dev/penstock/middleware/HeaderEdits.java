package dev.penstock.middleware;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Changes header fields, first taking out, then setting, then adding. The values are fixed texts: nothing of a request gets into
 * them. Immutable.
 *
 * @param answers whether those of answers; else those of requests
 * @param remove fields that are taken out
 * @param set fields that have this value alone
 * @param add fields that have this value besides others
 */
public record HeaderEdits(boolean answers, List<String> remove, Map<String, String> set, Map<String, String> add)
        implements Middleware {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}";
    private static final int LONGEST = 8_192;

    /** What frames messages and belongs to connections; Host is the service's to say. */
    private static final Set<String> FIXED = Set.of(
            "connection",
            "content-length",
            "host",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Checks names and values and copies the collections. */
    public HeaderEdits {
        remove = List.copyOf(remove);
        set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
        add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
        remove.forEach(HeaderEdits::checkEditable);
        set.forEach(HeaderEdits::check);
        add.forEach(HeaderEdits::check);
        if (remove.isEmpty() && set.isEmpty() && add.isEmpty()) {
            throw new IllegalArgumentException("headers: none (expected: remove, set or add)");
        }
    }

    private static void check(String name, String value) {
        checkEditable(name);
        boolean plain = value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff));
        if (!plain || value.length() > LONGEST || !value.equals(value.strip())) {
            throw new IllegalArgumentException(
                    "header " + name + ": value (expected: one line of at most " + LONGEST + " characters)");
        }
    }

    private static void checkEditable(String name) {
        checkName(name);
        if (FIXED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "header: \"" + name + "\" (expected: none that frames messages or belongs to a connection)");
        }
    }

    /** Checks that a text may be the name of a field. */
    static void checkName(String name) {
        if (!name.matches(TOKEN)) {
            throw new IllegalArgumentException("header: \"" + name + "\" (expected: a name as in X-Team)");
        }
    }

    @Override
    public String text() {
        return (answers ? "answer" : "request") + " headers"
                + (remove.isEmpty() ? "" : ", remove " + String.join(" ", remove))
                + (set.isEmpty() ? "" : ", set " + String.join(" ", set.keySet()))
                + (add.isEmpty() ? "" : ", add " + String.join(" ", add.keySet()));
    }

    @Override
    public boolean isStrict() {
        return false;
    }
}
