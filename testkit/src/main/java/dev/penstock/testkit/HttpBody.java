package dev.penstock.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.List;

/** The body of one message without its framing; ends where the message ends. Confined to one thread at a time. */
final class HttpBody extends InputStream {
    private enum Framing {
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final HttpInput in;
    private final Framing framing;
    private long left;
    private boolean firstChunk = true;
    private boolean ended;
    private List<Header> trailers = List.of();

    private HttpBody(HttpInput in, Framing framing, long left) {
        this.in = in;
        this.framing = framing;
        this.left = left;
        this.ended = framing == Framing.LENGTH && left == 0;
    }

    static HttpBody none(HttpInput in) {
        return new HttpBody(in, Framing.LENGTH, 0);
    }

    static HttpBody ofRequest(HttpInput in, List<Header> headers) throws IOException {
        return HttpInput.chunked(headers)
                ? new HttpBody(in, Framing.CHUNKED, 0)
                : new HttpBody(in, Framing.LENGTH, Math.max(0, HttpInput.length(headers)));
    }

    static HttpBody ofResponse(HttpInput in, List<Header> headers) throws IOException {
        if (HttpInput.chunked(headers)) {
            return new HttpBody(in, Framing.CHUNKED, 0);
        }
        long length = HttpInput.length(headers);
        return length >= 0 ? new HttpBody(in, Framing.LENGTH, length) : new HttpBody(in, Framing.UNTIL_CLOSE, 0);
    }

    List<Header> trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ended && framing == Framing.CHUNKED && left == 0) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int most = framing == Framing.UNTIL_CLOSE ? length : (int) Math.min(length, left);
        int count = in.raw().read(to, offset, most);
        if (count < 0) {
            if (framing == Framing.UNTIL_CLOSE) {
                ended = true;
                return -1;
            }
            throw new EOFException("closed within the body, " + left + " bytes before the end of it or of its chunk");
        }
        left -= count;
        ended = framing == Framing.LENGTH && left == 0;
        return count;
    }

    private void nextChunk() throws IOException {
        if (!firstChunk && !"".equals(in.line())) {
            throw new ProtocolException("chunk: no CRLF after its data");
        }
        firstChunk = false;
        String size = in.line();
        if (size == null) {
            throw new EOFException("closed before the last chunk");
        }
        if (!size.matches("[0-9a-fA-F]{1,8}")) {
            throw new ProtocolException("chunk size: \"" + size + "\"");
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            trailers = in.fields();
            ended = true;
        }
    }
}
