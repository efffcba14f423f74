package dev.penstock.proxy;

import dev.penstock.balancer.Affinity;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cookie by which a client comes back to its endpoint, on its way through the gateway. */
final class AffinityCookies {
    private AffinityCookies() {}

    /** Has an answer set it, if the client does not have it. */
    static void set(HttpHeaders answer, @Nullable Affinity affinity) {
        if (affinity != null && !affinity.setCookie().isEmpty()) {
            answer.add(HttpHeaderNames.SET_COOKIE, affinity.setCookie());
        }
    }

    /** Takes it out of a request, if the endpoint is not to see it. */
    static void hide(HttpHeaders request, @Nullable Affinity affinity) {
        if (affinity == null || affinity.forwarded() || !request.contains(HttpHeaderNames.COOKIE)) {
            return;
        }
        List<String> kept = new ArrayList<>();
        for (String header : request.getAll(HttpHeaderNames.COOKIE)) {
            String others = without(affinity.cookie() + "=", header);
            if (!others.isEmpty()) {
                kept.add(others);
            }
        }
        request.remove(HttpHeaderNames.COOKIE);
        request.add(HttpHeaderNames.COOKIE, kept);
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
