package dev.penstock.config;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.request.PlainRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests as people write them: {@code GET https://a.test/x}. Stateless. */
public final class RequestText {
    private static final Pattern METHOD_AND_URL = Pattern.compile("(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+) +)?([^ ]+)");
    private static final Pattern PORT = Pattern.compile("(?i)https?://[^/?#]*:([0-9]{1,5})(?:[/?#].*)?");

    private RequestText() {}

    /**
     * Reads a request.
     *
     * @param text a method, which may be left out for {@code GET}, a blank, and a URL of http or https, or a path
     * @param listeners by which it may come in
     * @return by the listener at the port of the URL, 80 or 443 unless it names one, else by the first of HTTP that has TLS as the URL has it; without
     *     a listener where there is none
     * @throws IllegalArgumentException if the text is not a request
     */
    public static PlainRequest read(String text, List<ListenerSpec> listeners) {
        Matcher parts = METHOD_AND_URL.matcher(text.strip());
        if (!parts.matches()) {
            throw malformed(text);
        }
        String url = parts.group(2);
        String lower = url.toLowerCase(Locale.ROOT);
        if (!url.startsWith("/") && !lower.startsWith("http://") && !lower.startsWith("https://")) {
            throw malformed(text);
        }
        PlainRequest request = PlainRequest.of(parts.group(1) == null ? "GET" : parts.group(1), url);
        Matcher port = PORT.matcher(url);
        boolean tls = request.scheme().equals("https");
        int usual = url.startsWith("/") ? 0 : tls ? 443 : 80;
        int number = port.matches() ? Integer.parseInt(port.group(1)) : usual;
        return request.withListener(listener(listeners, tls, number));
    }

    private static String listener(List<ListenerSpec> listeners, boolean tls, int port) {
        List<ListenerSpec> able = listeners.stream()
                .filter(listener -> listener.protocol().isHttp() && (listener.tls() != null) == tls)
                .toList();
        return able.stream()
                .filter(listener -> listener.port() == port)
                .findFirst()
                .or(() -> able.stream().findFirst())
                .map(ListenerSpec::name)
                .orElse("");
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "request: \"" + text + "\" (expected: a method and a URL, as in GET https://www.example.com/x)");
    }
}
