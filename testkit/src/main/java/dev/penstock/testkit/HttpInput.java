package dev.penstock.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 messages as RFC 9112 writes them and refuses everything else. Confined to one thread at a time. */
final class HttpInput {
    private static final int LONGEST_LINE = 1 << 20;
    private static final Pattern REQUEST_LINE = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\\S+) (HTTP/1\\.[01])");
    private static final Pattern STATUS_LINE =
            Pattern.compile("(HTTP/1\\.[01]) ([1-5][0-9][0-9]) ([\\t -~\\x80-\\xff]*)");
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\t -~\\x80-\\xff]*)");

    private final BufferedInputStream in;

    HttpInput(InputStream in) {
        this.in = new BufferedInputStream(in, 32 << 10);
    }

    InputStream raw() {
        return in;
    }

    @Nullable
    RequestHead request() throws IOException {
        String line = line();
        if (line == null) {
            return null;
        }
        var matcher = REQUEST_LINE.matcher(line);
        if (!matcher.matches()) {
            throw new ProtocolException("request line: \"" + line + "\"");
        }
        return new RequestHead(matcher.group(1), matcher.group(2), matcher.group(3), fields());
    }

    /** Reads one response, also an interim one. A response to {@code HEAD} has no body, whatever its headers say. */
    RawResponse response(String method) throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException("closed before a response");
        }
        var matcher = STATUS_LINE.matcher(line);
        if (!matcher.matches()) {
            throw new ProtocolException("status line: \"" + line + "\"");
        }
        int status = Integer.parseInt(matcher.group(2));
        List<Header> headers = fields();
        boolean bodiless = status < 200 || status == 204 || status == 304 || method.equals("HEAD");
        HttpBody body = bodiless ? HttpBody.none(this) : HttpBody.ofResponse(this, headers);
        byte[] content = body.readAllBytes();
        return new RawResponse(matcher.group(1), status, matcher.group(3), headers, content, body.trailers());
    }

    List<Header> fields() throws IOException {
        var fields = new ArrayList<Header>();
        while (true) {
            String line = line();
            if (line == null) {
                throw new EOFException("closed within the header fields after " + fields);
            }
            if (line.isEmpty()) {
                return fields;
            }
            var matcher = FIELD.matcher(line);
            if (!matcher.matches()) {
                throw new ProtocolException("header field: \"" + line + "\"");
            }
            fields.add(new Header(matcher.group(1), matcher.group(2).strip()));
        }
    }

    /** Reads up to CRLF; null at the end of the stream. A CR or LF alone is refused. */
    @Nullable
    String line() throws IOException {
        var line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                if (line.length() == 0) {
                    return null;
                }
                throw new EOFException("closed within a line: \"" + line + "\"");
            }
            if (c == '\r') {
                if (in.read() != '\n') {
                    throw new ProtocolException("CR without LF after \"" + line + "\"");
                }
                return line.toString();
            }
            if (c == '\n' || line.length() >= LONGEST_LINE) {
                throw new ProtocolException("LF without CR, or a line too long, after \"" + line + "\"");
            }
            line.append((char) c);
        }
    }

    static boolean chunked(List<Header> headers) throws ProtocolException {
        List<String> codings = Header.all(headers, "Transfer-Encoding");
        if (codings.isEmpty()) {
            return false;
        }
        if (codings.size() > 1 || !codings.get(0).toLowerCase(Locale.ROOT).equals("chunked")) {
            throw new ProtocolException("Transfer-Encoding: " + codings);
        }
        if (!Header.all(headers, "Content-Length").isEmpty()) {
            throw new ProtocolException("Transfer-Encoding and Content-Length together");
        }
        return true;
    }

    /** The Content-Length; -1 where there is none. */
    static long length(List<Header> headers) throws ProtocolException {
        List<String> lengths = Header.all(headers, "Content-Length");
        if (lengths.isEmpty()) {
            return -1;
        }
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]{1,18}")) {
            throw new ProtocolException("Content-Length: " + lengths);
        }
        return Long.parseLong(lengths.get(0));
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
