package dev.penstock.admin;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.config.AdminSettings;
import dev.penstock.request.HostName;
import dev.penstock.resolve.IpLiteral;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what: nobody without the token, if there is one; no web page of another site; and without a token only who is
 * on this machine. {@code /status} is for all. Immutable.
 */
final class Guard {
    private static final String BEARER = "Bearer ";

    private final byte[] token;
    private final Predicate<String> isPage;
    private final boolean reachable;
    private final String ownHost;

    /** A guard; isPage: which paths are files of a page, which no browser can show the token for before it is there. */
    Guard(AdminSettings settings, Predicate<String> isPage) {
        this.isPage = isPage;
        token = settings.api().token().getBytes(StandardCharsets.US_ASCII);
        String host = ListenerSpec.of(settings.address()).host();
        String name = HostName.normalise(host.indexOf(':') >= 0 ? "[" + host + "]" : host);
        ownHost = name == null ? "" : name;
        reachable = !settings.isUnguarded();
    }

    /** Why a request is not answered; null if it is. */
    @Nullable
    ApiProblem refusal(AdminRequest request) {
        if (request.path().equals("/status")) {
            return null;
        }
        if (token.length > 0 && !isPage.test(request.path()) && !showsToken(request)) {
            return new ApiProblem(
                    401, "Authorization: not the one asked for (expected: Bearer and the token of this program)");
        }
        boolean reads = request.path().equals("/state") || request.path().equals("/metrics");
        return reads ? null : apiRefusal(request); // whatever else may be another spelling of a path of the API
    }

    private @Nullable ApiProblem apiRefusal(AdminRequest request) {
        String host = request.headers().getOrDefault("host", "");
        String origin = request.headers().get("origin");
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            return new ApiProblem(403, "Origin: another site (expected: none, or that of this program)");
        }
        if (isOfAnotherSite(request)) {
            return new ApiProblem(403, "Sec-Fetch-Site: another site (expected: none, or that of this program)");
        }
        if (token.length == 0 && !isOurs(host)) {
            return new ApiProblem(
                    403, "Host: another name (expected: localhost, an IP address, or that of admin.address)");
        }
        return reachable
                ? null
                : new ApiProblem(
                        403, "closed, since who calls is not known (expected: admin.token set, or admin.open: true)");
    }

    /** What a page of somebody else has a browser ask for (Fetch Metadata), which need not name its origin; a link is none. */
    private boolean isOfAnotherSite(AdminRequest request) {
        String site = request.headers().getOrDefault("sec-fetch-site", "none");
        return !site.equals("none")
                && !site.equals("same-origin")
                && !isPage.test(request.path())
                && !request.headers().getOrDefault("sec-fetch-dest", "").equals("document");
    }

    /** A name that somebody else's DNS may lead here is not. */
    private boolean isOurs(String authority) {
        String host = HostName.normalise(authority);
        return host != null
                && (host.isEmpty()
                        || host.equals("localhost")
                        || host.equals(ownHost)
                        || host.startsWith("[")
                        || IpLiteral.parse(host).isPresent());
    }

    /** In a time that does not depend on what is shown. */
    private boolean showsToken(AdminRequest request) {
        String shown = request.headers().getOrDefault("authorization", "");
        return shown.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        token, shown.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
    }
}
