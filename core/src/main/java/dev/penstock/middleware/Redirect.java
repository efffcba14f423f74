package dev.penstock.middleware;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.HostName;
import dev.penstock.request.Request;
import org.jspecify.annotations.Nullable;

/**
 * Answers with another address instead of asking the service, unless the request has that address already. Immutable.
 *
 * @param scheme {@code http} or {@code https}; empty: that of the request
 * @param host with or without port; empty: that of the request
 * @param port {@code 1..65535}; {@code 0}: the usual one where the scheme changes, else that of the request
 * @param path takes the place of the path, the query stays; empty: that of the request
 * @param status {@code 301}, {@code 302}, {@code 303}, {@code 307} or {@code 308}
 */
public record Redirect(String scheme, String host, int port, String path, int status) implements Middleware {
    /** Checks every component. */
    public Redirect {
        requireNonNull(scheme, "scheme");
        if (!scheme.isEmpty() && !scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("scheme: \"" + scheme + "\" (expected: http or https)");
        }
        if (HostName.normalise(host) == null) {
            throw new IllegalArgumentException("host: \"" + host + "\" (expected: a host name)");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
        if (!path.isEmpty()) {
            RequestPath.check(path);
        }
        if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
            throw new IllegalArgumentException("status: " + status + " (expected: 301, 302, 303, 307 or 308)");
        }
        if (scheme.isEmpty() && host.isEmpty() && port == 0 && path.isEmpty()) {
            throw new IllegalArgumentException("redirect: to nowhere else (expected: scheme, host, port or path)");
        }
    }

    /**
     * Where a request is sent.
     *
     * @param request what came in
     * @param now the scheme that the client used
     * @param asked the raw path, as changed by what stands before
     * @return a whole URL; null if the request has it already
     */
    public @Nullable String location(Request request, String now, String asked) {
        String authority = request.header("host");
        String before = now + "://" + (authority == null ? "" : authority) + asked;
        String to = scheme.isEmpty() ? now : scheme;
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        String url = to + "://" + authority(request, !to.equals(now)) + (path.isEmpty() ? asked : path);
        return url.equals(before) ? null : url + query;
    }

    private String authority(Request request, boolean otherScheme) {
        String sent = request.header("host");
        String base = host;
        if (base.isEmpty()) {
            base = otherScheme || port != 0 || sent == null ? request.host() : sent;
        }
        boolean usual = port == 0 || (port == 443 && scheme.equals("https")) || (port == 80 && scheme.equals("http"));
        return usual ? base : base + ":" + port;
    }

    @Override
    public String text() {
        return "redirect " + status + " to " + (scheme.isEmpty() ? "" : scheme + "://") + (host.isEmpty() ? "*" : host)
                + (port == 0 ? "" : ":" + port) + (path.isEmpty() ? "/*" : path);
    }

    @Override
    public boolean isStrict() {
        return false;
    }
}
