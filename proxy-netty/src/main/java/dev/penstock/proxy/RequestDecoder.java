package dev.penstock.proxy;

import dev.penstock.catalog.ClientLimits;
import dev.penstock.catalog.ListenerSpec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.function.Supplier;

/**
 * Decodes requests, one at a time: a head is decoded once it is whole and found to be right, what follows waits while the
 * valve is shut. A head that is wrong comes out as its {@link ErrorAnswer}. Confined to its event loop.
 */
final class RequestDecoder extends HttpRequestDecoder {
    private static final int MAX_PIECE_BYTES = 64 << 10;

    private final Valve valve = new Valve(this);
    private final Valve.Read read = super::channelRead;
    private final Valve.ReadComplete readComplete = super::channelReadComplete;
    private final Supplier<ListenerSpec> listener;
    private final HeadScanner scanner;
    private final OneLength lengths = new OneLength();
    private final Trailers trailers;
    private int scannedBytes;
    private boolean inBody;
    private boolean discarding;

    RequestDecoder(Supplier<ListenerSpec> listener) {
        this(listener, listener.get().limits(), new Trailers());
    }

    private RequestDecoder(Supplier<ListenerSpec> listener, ClientLimits limits, Trailers trailers) {
        super(config(limits, trailers));
        this.listener = listener;
        this.trailers = trailers;
        this.scanner = new HeadScanner(limits.requestLineBytes(), limits.headerBytes(), limits.headerCount());
    }

    private static HttpDecoderConfig config(ClientLimits limits, Trailers trailers) {
        // The scanner has checked names and values of heads; trailers it does not see.
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(MAX_PIECE_BYTES)
                .setHeadersFactory(DefaultHttpHeadersFactory.headersFactory().withValidation(false))
                .setTrailersFactory(trailers)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false);
    }

    Valve valve() {
        return valve;
    }

    /** Tells whether part of a head has come. */
    boolean headBegun() {
        return !inBody && scanner.begun();
    }

    /** Tells whether no request is under way. */
    boolean isBetweenRequests() {
        return !inBody && !scanner.begun() && !discarding;
    }

    /** Tells whether bytes were read that are not decoded yet. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    /** What the bytes take that were read and are not decoded yet. */
    long heldBytes() {
        return holdsBytes() ? Pinned.bytes(internalBuffer()) : 0;
    }

    /** From now on what comes in is dropped. */
    void discard() {
        discarding = true;
        valve.open();
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
        discarding = true; // there is nobody left to answer
        super.channelInactive(context);
    }

    /** The client sends no more: what is held is still decoded when its turn comes. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        context.fireUserEventTriggered(event);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (discarding) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (valve.holds() || (!inBody && !headIsWhole(in, out))) {
            return;
        }
        if (!trailers.allow(in)) {
            refuse(in, out, Trailers.broken());
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
            scanner.reset(listener.get().limits().headerCount());
        }
    }

    @Override
    protected HttpMessage createMessage(String[] line) throws Exception {
        lengths.reset();
        return super.createMessage(line);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        return lengths.checked(super.splitHeaderName(line, start, length));
    }

    private boolean headIsWhole(ByteBuf in, List<Object> out) {
        int from = in.readerIndex() + scannedBytes;
        int stop = in.forEachByte(from, in.writerIndex() - from, scanner);
        if (stop < 0) {
            scannedBytes = in.readableBytes();
            return false;
        }
        scannedBytes = 0;
        ErrorAnswer fault = scanner.fault();
        if (fault == null) {
            return true;
        }
        refuse(in, out, fault);
        return false;
    }

    private void refuse(ByteBuf in, List<Object> out, Object fault) {
        in.skipBytes(in.readableBytes());
        discarding = true;
        out.add(fault);
    }
}
