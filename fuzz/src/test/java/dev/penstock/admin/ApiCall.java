package dev.penstock.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Map;

/** A request of the admin API, well framed whatever it says. Immutable. */
final class ApiCall {
    private final String method;
    private final String template;
    private final String target;
    private final Map<String, String> headers;
    private final byte[] body;

    /**
     * A request.
     *
     * @param template the path as documented, as in <code>/v1/config/services/{name}</code>; empty where it is none
     * @param target what is asked, in ASCII
     * @param headers by their names
     */
    ApiCall(String method, String template, String target, Map<String, String> headers, byte[] body) {
        this.method = method;
        this.template = template;
        this.target = target;
        this.headers = Map.copyOf(headers);
        this.body = body.clone();
    }

    String method() {
        return method;
    }

    String template() {
        return template;
    }

    String target() {
        return target;
    }

    Map<String, String> headers() {
        return headers;
    }

    static ApiCall of(String method, String target, String body) {
        return new ApiCall(method, "", target, Map.of("Content-Type", "application/json"), body.getBytes(UTF_8));
    }

    String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    boolean isNative() {
        return path().equals("/v1") || path().startsWith("/v1/");
    }

    boolean reads() {
        return method.equals("GET") || method.equals("HEAD") || target.endsWith("?dry-run=true");
    }

    byte[] bytes() {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        if (!headers.containsKey("Host")) {
            head.append("Host: localhost\r\n");
        }
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    /** Long bodies by their begin and length: the input says them whole. */
    @Override
    public String toString() {
        String text = new String(bytes(), UTF_8);
        return text.length() <= 4_000 ? text : text.substring(0, 4_000) + "... (" + text.length() + " characters)";
    }
}
