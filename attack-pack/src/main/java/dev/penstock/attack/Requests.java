package dev.penstock.attack;

/** Writes requests. Stateless. */
final class Requests {
    /** What an attacker would like to have taken for a request of its own. */
    static final String SMUGGLED = "GET " + Attack.SMUGGLED + " HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n\r\n";

    private static final String HOST = "Host: " + Attack.HOST + "\r\n";

    private Requests() {}

    /** A GET with lines of one's own after the Host field, each ended as given. */
    static String get(String lines) {
        return "GET /attack HTTP/1.1\r\n" + HOST + lines + "\r\n";
    }

    /** A GET with one field more. */
    static String getWith(String field) {
        return get(field + "\r\n");
    }

    /** A POST with lines of one's own after the Host field, and a body. */
    static String post(String lines, String body) {
        return "POST /attack HTTP/1.1\r\n" + HOST + lines + "\r\n" + body;
    }

    /** A chunked POST. */
    static String chunked(String body) {
        return post("Transfer-Encoding: chunked\r\n", body);
    }
}
