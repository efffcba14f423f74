package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.MessageWriter;
import dev.penstock.proxy.http1.RequestMessage;
import dev.penstock.proxy.http1.ResponseMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one connection: a head keeps until the flush what of its body finds room behind it, so that a short
 * message is one buffer and one call of the system. Confined to the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class Outlet implements Consumer<ByteBuf>, Flushes.Waiting {
    private final Flushes flushes;
    private final Runnable onFlush;
    private final MessageWriter writer = new MessageWriter();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf head; // of the message that is being written, while it is not handed on
    private boolean flushesSoon;

    /**
     * Has nothing to send.
     *
     * @param flushes of the loop
     * @param onFlush to be run after each flush
     */
    Outlet(Flushes flushes, Runnable onFlush) {
        this.flushes = flushes;
        this.onFlush = onFlush;
    }

    void attach(ChannelHandlerContext context) {
        this.context = context;
    }

    void write(RequestMessage request) {
        begin(writer.head(request, context().alloc()), request.fields().contains(FieldName.TRANSFER_ENCODING));
    }

    void write(ResponseMessage response) {
        begin(writer.head(response, context().alloc()), response.fields().contains(FieldName.TRANSFER_ENCODING));
    }

    private void begin(ByteBuf bytes, boolean chunked) {
        handOn();
        writer.chunked(chunked);
        head = bytes;
    }

    /** Writes a piece of the body that belongs to the last head. */
    void write(HttpContent content) {
        writer.content(content, context().alloc(), this);
    }

    /** Writes bytes of a body as they are framed. */
    @Override
    public void accept(ByteBuf bytes) {
        ByteBuf before = head;
        if (before != null && bytes.readableBytes() <= before.writableBytes()) {
            bytes.readBytes(before, bytes.readableBytes()); // the other way round makes an object for it
            bytes.release();
        } else {
            write(bytes);
        }
    }

    /** Writes bytes that belong to no message of its own. */
    void write(ByteBuf bytes) {
        handOn();
        context().write(bytes, context().voidPromise());
    }

    /** Sends what was written. */
    void flush() {
        flushesSoon = false;
        handOn();
        context().flush();
        onFlush.run();
    }

    /** Sends what was written at the end of the loop's turn, or at once where that is much. */
    void flushSoon() {
        ByteBuf before = head;
        if (Flushes.isMuch(context().channel(), before == null ? 0 : before.readableBytes())) {
            flush();
        } else if (!flushesSoon) {
            flushesSoon = true;
            flushes.add(this);
        }
    }

    /** Sends what was to be sent at the end of the turn. */
    @Override
    public void turnEnds() {
        if (flushesSoon) {
            flush();
        }
    }

    private void handOn() {
        ByteBuf before = head;
        if (before != null) {
            head = null;
            context().write(before, context().voidPromise());
        }
    }

    /** Nothing more is written. */
    void close() {
        flushesSoon = false;
        ReferenceCountUtil.release(head);
        head = null;
    }

    private ChannelHandlerContext context() {
        return requireNonNull(context, "context");
    }
}
