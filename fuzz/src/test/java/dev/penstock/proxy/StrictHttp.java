package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A second reading of HTTP/1.1, simple and strict, to compare the decoders with: lines end with CRLF and nothing else, and
 * what is not in the grammar of RFC 9112 is refused. Confined to one run.
 */
final class StrictHttp {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]*";

    private final byte[] bytes;
    private int at;

    StrictHttp(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A field as it was read: its value without blanks around it. */
    record Field(String name, String value) {}

    /**
     * One message.
     *
     * @param start the start line
     * @param body as far as it has come
     * @param whole whether all of it has come
     */
    record Read(String start, List<Field> fields, String body, List<Field> trailers, boolean whole) {}

    /** Input that breaks a rule. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        Broken(String what) {
            super(what, null, false, false);
        }
    }

    /** All requests that came, the last one perhaps in part; those before a fault if there is one. */
    List<Read> requests() {
        List<Read> requests = new ArrayList<>();
        try {
            Read read = request();
            while (read != null) {
                requests.add(read);
                read = read.whole ? request() : null;
            }
        } catch (Broken e) {
            requests.add(new Read("broken: " + e.getMessage(), List.of(), "", List.of(), false));
        }
        return requests;
    }

    private @Nullable Read request() throws Broken {
        if (at + 1 < bytes.length && bytes[at] == '\r' && bytes[at + 1] == '\n') {
            at += 2;
        }
        String start = line();
        List<Field> fields = start == null ? null : fields();
        if (start == null || fields == null) {
            return null;
        }
        if (!start.matches(TOKEN + " [\\x21-\\x7e&&[^#]]+ HTTP/1\\.[01]")) {
            throw new Broken("request line");
        }
        boolean old = start.endsWith("0");
        List<String> hosts = values(fields, "host");
        if (hosts.size() > 1 || (hosts.isEmpty() && !old)) {
            throw new Broken("hosts " + hosts);
        }
        if (!values(fields, "transfer-encoding").isEmpty()) {
            if (old) {
                throw new Broken("a coding in HTTP/1.0");
            }
            return chunked(start, fields);
        }
        return sized(start, fields, length(fields, 0));
    }

    /** The next answer; {@code ended}: nothing more comes. */
    @Nullable
    Read response(boolean toHead, boolean ended) throws Broken {
        String start = line();
        List<Field> fields = start == null ? null : fields();
        if (start == null || fields == null) {
            return null;
        }
        if (!start.matches("HTTP/1\\.[01] [1-9][0-9][0-9]( " + TEXT + ")?")) {
            throw new Broken("status line");
        }
        start = start(start);
        String code = start.substring(9, 12);
        if (toHead || code.startsWith("1") || code.equals("204") || code.equals("304")) {
            return new Read(start, fields, "", List.of(), true);
        }
        if (!values(fields, "transfer-encoding").isEmpty()) {
            return chunked(start, fields);
        }
        long length = length(fields, -1);
        if (length >= 0) {
            return sized(start, fields, length);
        }
        String rest = new String(bytes, at, bytes.length - at, ISO_8859_1);
        at = bytes.length;
        return new Read(start, fields, rest, List.of(), ended);
    }

    /** A status line with a reason, if only an empty one. */
    static String start(String line) {
        return line.length() == "HTTP/1.1 200".length() ? line + " " : line;
    }

    private static List<String> values(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name.toLowerCase(Locale.ROOT).equals(name))
                .map(Field::value)
                .toList();
    }

    private static long length(List<Field> fields, long none) throws Broken {
        List<String> lengths = values(fields, "content-length");
        if (lengths.isEmpty()) {
            return none;
        }
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]{1,1000}")) {
            throw new Broken("lengths " + lengths);
        }
        var length = new BigInteger(lengths.get(0)); // zeros in front are no fault
        if (length.bitLength() > Long.SIZE - 1) {
            throw new Broken("lengths " + lengths);
        }
        return length.longValue();
    }

    private Read sized(String start, List<Field> fields, long length) {
        int there = (int) Math.min(length, bytes.length - at);
        String body = new String(bytes, at, there, ISO_8859_1);
        at += there;
        return new Read(start, fields, body, List.of(), there == length);
    }

    private Read chunked(String start, List<Field> fields) throws Broken {
        List<String> codings = values(fields, "transfer-encoding");
        if (codings.size() > 1
                || !codings.get(0).equalsIgnoreCase("chunked")
                || !values(fields, "content-length").isEmpty()) {
            throw new Broken("codings " + codings);
        }
        var body = new ByteArrayOutputStream();
        try {
            return chunks(start, fields, body);
        } catch (Broken e) {
            at = bytes.length; // the body will never be whole
            return new Read(start, fields, body.toString(ISO_8859_1), List.of(), false);
        }
    }

    private Read chunks(String start, List<Field> fields, ByteArrayOutputStream body) throws Broken {
        while (true) {
            String line = line();
            if (line == null) {
                return new Read(start, fields, body.toString(ISO_8859_1), List.of(), false);
            }
            if (!line.matches("[0-9A-Fa-f]{1,15}([ \\t]*;" + TEXT + ")?")) {
                throw new Broken("chunk size");
            }
            long size = Long.parseLong(line.split("[ \\t]*;", -1)[0], 16);
            if (size == 0) {
                List<Field> trailers = fields();
                return new Read(
                        start,
                        fields,
                        body.toString(ISO_8859_1),
                        trailers == null ? List.of() : trailers,
                        trailers != null);
            }
            int there = (int) Math.min(size, bytes.length - at);
            body.write(bytes, at, there);
            at += there;
            if (there < size || at + 2 > bytes.length) {
                return new Read(start, fields, body.toString(ISO_8859_1), List.of(), false);
            }
            if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
                throw new Broken("chunk end");
            }
            at += 2;
        }
    }

    /** Up to an empty line; null where that has not come. */
    private @Nullable List<Field> fields() throws Broken {
        List<Field> fields = new ArrayList<>();
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                return fields;
            }
            if (!line.matches(TOKEN + ":" + TEXT)) {
                throw new Broken("field");
            }
            int colon = line.indexOf(':');
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).replaceAll("^[ \\t]+|[ \\t]+$", "")));
        }
        return null;
    }

    /** Up to CRLF; null where that has not come. */
    private @Nullable String line() throws Broken {
        for (int i = at; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                throw new Broken("a bare LF");
            }
            if (bytes[i] == '\r' && i + 1 < bytes.length) {
                if (bytes[i + 1] != '\n') {
                    throw new Broken("a bare CR");
                }
                var line = new String(bytes, at, i - at, ISO_8859_1);
                at = i + 2;
                return line;
            }
        }
        return null;
    }
}
