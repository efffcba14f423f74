package dev.penstock.gateway;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where the masters of a Marathon are, as proxymatic takes it, {@code http://marathon-01:8080/,http://marathon-02:8080/}.
 * Immutable.
 *
 * @param user as in the URLs, escaped; empty if there is none
 * @param members each {@code host:port}
 * @param tls whether they are asked by HTTPS
 */
record MarathonUrls(String user, List<String> members, boolean tls) {
    private static final String EXPECTED =
            " (expected: URLs of masters as in http://marathon-01:8080/, several joined by commas, all by http or all by"
                    + " https, with the same user)";

    MarathonUrls {
        members = List.copyOf(members);
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if they make no sense; the message names no user
     */
    static MarathonUrls parse(String text) {
        List<String> members = new ArrayList<>();
        String user = null;
        String scheme = null;
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                URI url = url(part.strip());
                String its = url.getRawUserInfo() == null ? "" : url.getRawUserInfo();
                String how = url.getScheme().toLowerCase(Locale.ROOT);
                if ((user != null && !user.equals(its)) || (scheme != null && !scheme.equals(how))) {
                    throw new IllegalArgumentException(
                            "--marathon: masters that differ in more than host and port" + EXPECTED);
                }
                user = its;
                scheme = how;
                int port = url.getPort() >= 0 ? url.getPort() : how.equals("https") ? 443 : 80;
                members.add(url.getHost() + ":" + port);
            }
        }
        if (user == null) {
            throw new IllegalArgumentException("--marathon: no master" + EXPECTED);
        }
        return new MarathonUrls(user, members, "https".equals(scheme));
    }

    private static URI url(String part) {
        URI url;
        try {
            url = URI.create(part);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--marathon: no URL" + EXPECTED, e);
        }
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null || !path.replace("/", "").isEmpty() || url.getRawQuery() != null) {
            String shown = part.indexOf('@') < 0 ? "\"" + part + "\"" : "one with a user";
            throw new IllegalArgumentException("--marathon: " + shown + EXPECTED);
        }
        return url;
    }

    /** The catalog of that Marathon, without options. */
    String catalog() {
        return "marathon://" + (user.isEmpty() ? "" : user + "@") + String.join(",", members);
    }
}
