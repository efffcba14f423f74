package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.AsciiString;
import java.util.List;

/** Decodes the answers of an endpoint, one for each request and none besides. Confined to its event loop. */
final class ResponseDecoder extends HttpResponseDecoder {
    /** Comes out where an endpoint sends what nobody asked for. */
    static final Object UNASKED = new Object();

    private static final int STATUS_DIGITS = 3;
    private static final int MAX_LINE_BYTES = 8 << 10;
    private static final int MAX_FIELD_BYTES = 64 << 10;
    private static final int MAX_PIECE_BYTES = 64 << 10;

    private final Valve valve = new Valve(this);
    private final Valve.Read read = super::channelRead;
    private final Valve.ReadComplete readComplete = super::channelReadComplete;
    private final OneLength lengths = new OneLength();
    private boolean expecting;
    private boolean toHead;
    private boolean lostChunked;

    ResponseDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_FIELD_BYTES)
                .setMaxChunkSize(MAX_PIECE_BYTES)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false));
    }

    Valve valve() {
        return valve;
    }

    /** Says that a request was sent. */
    void expect(boolean head) {
        expecting = true;
        toHead = head;
    }

    /** Says that its final answer is over. */
    void expectNothing() {
        expecting = false;
    }

    /** Tells whether bytes were read that are not decoded yet. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    /** Tells whether the last answer without a body said that it would be chunked, which the decoder drops. */
    boolean lostChunked() {
        return lostChunked;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        valve.attach(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object input) throws Exception {
        valve.read(context, input, read);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        valve.readComplete(context, readComplete);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        valve.inputOver();
        super.channelInactive(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (!expecting) {
            in.skipBytes(in.readableBytes());
            out.add(UNASKED);
        } else if (!valve.holds()) {
            super.decode(context, in, out);
        }
    }

    /** Refuses a status line that the decoder would repair (RFC 9112, 4). */
    @Override
    protected HttpMessage createMessage(String[] statusLine) {
        String version = statusLine[0];
        boolean known = version.equals("HTTP/1.1") || version.equals("HTTP/1.0");
        if (!known || statusLine[1].length() != STATUS_DIGITS || hasControl(statusLine[2])) {
            throw new IllegalArgumentException("status line: malformed (expected: HTTP/1.1, three digits, a reason)");
        }
        lengths.reset();
        return super.createMessage(statusLine);
    }

    private static boolean hasControl(String reason) {
        for (int i = 0; i < reason.length(); i++) {
            char c = reason.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return true;
            }
        }
        return false;
    }

    /** Refuses what the decoder would repair: blanks between a name and its colon. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (line[start + length] != ':') {
            throw new IllegalArgumentException("field name: blank after it (expected: a colon)");
        }
        return lengths.checked(super.splitHeaderName(line, start, length));
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        int code = ((HttpResponse) message).status().code();
        boolean empty = toHead || code == 204 || code == 304 || HttpStatusClass.INFORMATIONAL.contains(code);
        lostChunked = empty && message.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
        return empty;
    }

    @Override
    protected boolean isSwitchingToNonHttp1Protocol(HttpResponse response) {
        return false; // the tunnel takes this decoder out
    }
}
