package dev.penstock.proxy;

import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.LastContent;
import dev.penstock.proxy.http1.TrailedContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What has come of a request's body: how much, whether that was all, and a copy of it for as long as it may have to be sent
 * again. Confined to the event loop of its client.
 *
 * <p>What is kept is bounded for each request by its service, and for each loop by {@link LoopState}; a body beyond either
 * bound goes through all the same, but the request is not repeated.
 */
final class RequestBody {
    private final LoopState state;
    private final long declaredBytes;
    private @Nullable ByteArrayOutputStream kept;
    private @Nullable Fields trailers;
    private long receivedBytes;
    private int most;
    private boolean over;
    private boolean lost;
    private boolean expectsGoAhead;

    RequestBody(RequestHead head, LoopState state) {
        this.state = state;
        this.declaredBytes = head.contentLength();
        this.over = !head.hasBody();
        this.expectsGoAhead = head.expectsContinue();
    }

    /** Tells whether the client sends it only once the endpoint has said so. */
    boolean awaitsGoAhead() {
        return expectsGoAhead && receivedBytes == 0;
    }

    /** The client is told something: it sends the body now, or never. */
    void goAhead() {
        expectsGoAhead = false;
    }

    /** Keeps a body up to this length from now on; of one that is longer nothing. */
    void keep(int bytes) {
        most = declaredBytes <= bytes ? bytes : 0;
    }

    boolean isOver() {
        return over;
    }

    long receivedBytes() {
        return receivedBytes;
    }

    /** How many bytes of it are kept. */
    long keptBytes() {
        return lost ? 0 : receivedBytes;
    }

    /** Tells whether all that has come can be sent again. */
    boolean isKept() {
        return !lost;
    }

    /** Tells whether all of it can be sent again, also what is still to come. */
    boolean staysKept() {
        return !lost
                && (over
                        || (declaredBytes > 0
                                && declaredBytes <= most
                                && state.hasRoomForBody(declaredBytes - receivedBytes)));
    }

    /** Nothing more can be understood of it. */
    void end() {
        over = true;
    }

    /** Takes a piece that is to be passed on, which stays the caller's. */
    void take(HttpContent content) {
        int bytes = content.content().readableBytes();
        receivedBytes += bytes;
        if (bytes > 0 && !lost) {
            keep(content, bytes);
        }
        over = over || content instanceof LastHttpContent;
        if (content instanceof TrailedContent last) {
            HopByHop.stripTrailers(last.trailers());
            trailers = last.trailers();
        }
    }

    private void keep(HttpContent content, int bytes) {
        if (receivedBytes > most || !state.takeBodyBytes(bytes)) {
            release(receivedBytes - bytes);
            lost = true;
            return;
        }
        if (kept == null) {
            kept = new ByteArrayOutputStream(bytes); // room for what came, not for what was announced
        }
        byte[] copy = new byte[bytes];
        content.content().getBytes(content.content().readerIndex(), copy);
        kept.writeBytes(copy);
    }

    /** Sends what has come. */
    void replay(UpstreamConnection connection) {
        ByteBuf buffer = kept == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(kept.toByteArray());
        if (over && !buffer.isReadable() && trailers == null) {
            connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        } else if (over) {
            Fields after = trailers;
            connection.write(after == null ? new LastContent(buffer) : new TrailedContent(buffer, after));
        } else if (buffer.isReadable()) {
            connection.write(new DefaultHttpContent(buffer));
        }
    }

    /** It will not be sent again. */
    void forget() {
        most = 0;
        if (!lost && receivedBytes > 0) {
            lost = true;
            release(receivedBytes);
        }
    }

    private void release(long bytes) {
        kept = null;
        if (bytes > 0) {
            state.giveBodyBytes((int) bytes);
        }
    }
}
