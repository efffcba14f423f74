package dev.penstock.proxy;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import java.util.List;

/**
 * The trace that a request belongs to. It is passed on as it came where it is one; else it is taken out with its state, so
 * that whoever comes next begins a new trace instead of each making something else of it. Stateless.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context, 3.2 and 4.3</a>
 */
final class TraceContext {
    private static final FieldName PARENT = FieldName.of("traceparent");
    private static final FieldName STATE = FieldName.of("tracestate");

    /** {@code vv-} 32 digits {@code -} 16 digits {@code -ff}; a later version may go on after another dash. */
    private static final int LENGTH = 55;

    private TraceContext() {}

    static void check(Fields headers) {
        if (headers.contains(PARENT)) {
            List<String> parents = headers.all(PARENT);
            if (parents.size() == 1 && isWellFormed(parents.get(0))) {
                return;
            }
            headers.remove(PARENT);
        }
        headers.remove(STATE);
    }

    static boolean isWellFormed(String text) {
        if (text.length() < LENGTH || text.charAt(2) != '-' || text.charAt(35) != '-' || text.charAt(52) != '-') {
            return false;
        }
        boolean first = text.startsWith("00");
        return isHex(text, 0, 2)
                && isHex(text, 3, 35)
                && isHex(text, 36, 52)
                && isHex(text, 53, LENGTH)
                && !text.startsWith("ff")
                && !isZero(text, 3, 35)
                && !isZero(text, 36, 52)
                && (text.length() == LENGTH || (!first && text.charAt(LENGTH) == '-'));
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
