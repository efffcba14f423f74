package dev.penstock.proxy;

import dev.penstock.proxy.http1.ResponseMessage;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;

/**
 * An answer that has begun and is not wanted: a short one is read to its end, for the sake of the connection. Confined to
 * the event loop of its client.
 */
final class Discard implements Receiver {
    private static final int MOST_BYTES = 64 << 10;
    private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

    private final UpstreamConnection connection;
    private int bytes;

    private Discard(UpstreamConnection connection) {
        this.connection = connection;
    }

    /** Takes over a connection whose answer has begun and can be told from the next one. */
    static void of(UpstreamConnection connection) {
        connection.tell(new Discard(connection));
        connection.watch(LONGEST_NANOS);
    }

    @Override
    public void upstreamContent(HttpContent content) {
        bytes += content.content().readableBytes();
        boolean last = content instanceof LastHttpContent;
        content.release();
        if (last) {
            connection.release(true);
        } else if (bytes > MOST_BYTES) {
            connection.close();
        }
    }

    @Override
    public void upstreamHead(ResponseMessage response) {
        connection.close();
    }

    @Override
    public void upstreamPaused() {}

    @Override
    public void upstreamWritable() {}

    @Override
    public void upstreamBroken(UpstreamFault fault) {
        connection.close();
    }

    @Override
    public void failed(Throwable cause) {
        connection.close();
    }
}
