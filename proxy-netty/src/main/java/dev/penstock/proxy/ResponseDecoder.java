package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ByteProcessor;
import java.util.List;

/**
 * Decodes the answers of an endpoint, one for each request and none besides: a head once it is whole, and found to have
 * nothing that the decoder below would repair. Confined to its event loop.
 */
final class ResponseDecoder extends HttpResponseDecoder {
    /** Comes out where an endpoint sends what nobody asked for. */
    static final Object UNASKED = new Object();

    private static final ByteProcessor TEXT = b -> b >= ' ' ? b != 0x7f : b < 0 || b == '\t';
    private static final int STATUS_DIGITS = 3;
    private static final int MAX_LINE_BYTES = 8 << 10;
    private static final int MAX_FIELD_BYTES = 64 << 10;
    private static final int MAX_PIECE_BYTES = 64 << 10;

    private final Trailers trailers;
    private final FieldLines lines = new FieldLines();
    private final Valve valve = new Valve(this);
    private final Valve.Read read = super::channelRead;
    private final Valve.ReadComplete readComplete = super::channelReadComplete;
    private final OneLength lengths = new OneLength();
    private boolean expecting;
    private boolean toHead;
    private boolean lostChunked;
    private boolean inBody;
    private int wordEnd;

    ResponseDecoder() {
        this(new Trailers());
    }

    private ResponseDecoder(Trailers trailers) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_FIELD_BYTES)
                .setMaxChunkSize(MAX_PIECE_BYTES)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setTrailersFactory(trailers)
                .setAllowDuplicateContentLengths(false));
        this.trailers = trailers;
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

    /** What the bytes take that were read and are not decoded yet. */
    long heldBytes() {
        return holdsBytes() ? Pinned.bytes(internalBuffer()) : 0;
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
        } else if (!valve.holds() && (inBody || headIsWhole(in, out))) {
            decodeNext(context, in, out);
        }
    }

    private void decodeNext(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (!trailers.allow(in)) {
            in.skipBytes(in.readableBytes());
            out.add(Trailers.broken());
            return;
        }
        super.decode(context, in, out);
        if (!inBody && !out.isEmpty() && out.get(0) instanceof HttpMessage message) {
            trailers.expect(message);
        }
        inBody = true;
        if (!out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent) {
            inBody = false;
            trailers.end();
        }
    }

    /** Tells whether a head is there, up to its end; one that is folded or too long comes out as a failure. */
    private boolean headIsWhole(ByteBuf in, List<Object> out) {
        FieldLines.Seen seen = lines.scan(in);
        boolean tooLong = seen == FieldLines.Seen.UNFINISHED && in.readableBytes() > MAX_LINE_BYTES + MAX_FIELD_BYTES;
        if (seen == FieldLines.Seen.UNFINISHED && !tooLong) {
            return false;
        }
        lines.reset();
        if (seen == FieldLines.Seen.WHOLE && beginsWithText(in)) {
            return true;
        }
        in.skipBytes(in.readableBytes());
        HttpMessage invalid = createInvalidMessage();
        invalid.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(
                "head: folded, too long, or no text (expected: a status line, then fields, a line each)")));
        out.add(invalid);
        return false;
    }

    /** Tells whether the first line has anything, and no control character: some pass for blanks with the decoder. */
    private static boolean beginsWithText(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.forEachByte(start, in.readableBytes(), TEXT);
        return end > start && in.getByte(end) == '\r' && in.getByte(end + 1) == '\n';
    }

    // The decoder takes any blanks between the parts of a status line (RFC 9112, 4: one space).

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        wordEnd = start + length;
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        checkBlank(line, start == wordEnd + 1);
        wordEnd = start + length;
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        for (int i = wordEnd + 1; i < start; i++) {
            checkBlank(line, line[i] == ' ' || line[i] == '\t'); // part of the reason
        }
        checkBlank(line, true);
        return super.splitThirdWordInitialLine(line, start, length);
    }

    private void checkBlank(byte[] line, boolean fits) {
        if (!fits || line[wordEnd] != ' ') {
            throw new IllegalArgumentException("status line: blanks (expected: one space between its parts)");
        }
    }

    /** Refuses a status line that the decoder would repair (RFC 9112, 4). */
    @Override
    protected HttpMessage createMessage(String[] statusLine) {
        String version = statusLine[0];
        boolean known = version.equals("HTTP/1.1") || version.equals("HTTP/1.0");
        if (!known || statusLine[1].length() != STATUS_DIGITS) {
            throw new IllegalArgumentException("status line: malformed (expected: HTTP/1.1, three digits, a reason)");
        }
        lengths.reset();
        return super.createMessage(statusLine);
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
