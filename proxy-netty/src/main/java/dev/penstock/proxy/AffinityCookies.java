package dev.penstock.proxy;

import dev.penstock.balancer.Affinity;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cookie by which a client comes back to its endpoint, on its way through the gateway. */
final class AffinityCookies {
    private AffinityCookies() {}

    /** Has an answer set it, if the client does not have it. */
    static void set(Fields answer, @Nullable Affinity affinity) {
        if (affinity != null && !affinity.setCookie().isEmpty()) {
            answer.add(FieldName.SET_COOKIE, affinity.setCookie());
        }
    }

    /** Takes it out of a request, if the endpoint is not to see it. */
    static void hide(Fields request, @Nullable Affinity affinity) {
        if (affinity == null || affinity.forwarded() || !request.contains(FieldName.COOKIE)) {
            return;
        }
        List<String> kept = new ArrayList<>();
        for (String header : request.all(FieldName.COOKIE)) {
            String others = without(affinity.cookie() + "=", header);
            if (!others.isEmpty()) {
                kept.add(others);
            }
        }
        request.remove(FieldName.COOKIE);
        kept.forEach(cookies -> request.add(FieldName.COOKIE, cookies));
    }

    private static String without(String start, String header) {
        var others = new StringBuilder(header.length());
        for (String pair : header.split(";", -1)) {
            String cookie = pair.trim();
            if (!cookie.startsWith(start) && !cookie.isEmpty()) {
                others.append(others.length() == 0 ? "" : "; ").append(cookie);
            }
        }
        return others.toString();
    }
}
