package dev.penstock.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of an answer that goes on, one piece at a time: the next is asked for when the client has room. Confined to
 * the event loop of its client, but for the calls of the stream.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a task of the loop ends with the loop
final class StreamedBody {
    /** Between two looks whether the client has taken what was written: short beside any write time-out. */
    private static final long BETWEEN_LOOKS_NANOS = 20_000_000L;

    private final DownstreamConnection client;
    private final LocalStream pieces;
    private final long pauseNanos;
    private final Executor executor;
    private final ExchangeLog log;
    private final Consumer<@Nullable Throwable> onEnd;
    private boolean asked;
    private boolean over;

    /** Says when it has ended, and what went wrong, if anything did. */
    StreamedBody(
            DownstreamConnection client,
            LocalAnswer.Streamed streamed,
            Executor executor,
            ExchangeLog log,
            Consumer<@Nullable Throwable> onEnd) {
        this.client = client;
        this.pieces = streamed.pieces();
        this.pauseNanos = streamed.pause().toNanos();
        this.executor = executor;
        this.log = log;
        this.onEnd = onEnd;
    }

    private EventLoop loop() {
        return client.loopState().loop();
    }

    void start() {
        sent();
        look();
    }

    /** Once each pause: also where the client takes nothing, a drain ends it, and does not wait for that client. */
    private void look() {
        if (over) {
            return;
        }
        if (client.isDraining()) {
            if (client.buffers().unsentBytes() > 0) {
                client.cut(true);
            } else {
                end();
            }
        } else {
            ask();
            loop().schedule(this::look, pauseNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Asks for the next piece, if all of the one before is sent: else who takes nothing would never be found out. */
    void ask() {
        if (over || asked || client.buffers().unsentBytes() > 0) {
            return;
        }
        asked = true;
        try {
            executor.execute(this::call);
        } catch (RejectedExecutionException e) { // the gateway closes
            asked = false;
            end();
        }
    }

    private void call() {
        byte[] piece = null;
        Throwable fault = null;
        try {
            piece = pieces.next();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError | OutOfMemoryError e) {
            fault = e; // whatever it was, the loop has to hear of it: else the stream would never end
        }
        byte[] told = piece;
        Throwable failed = fault;
        try {
            loop().execute(() -> told(told, failed));
        } catch (RejectedExecutionException e) { // the gateway has closed, and its clients with it
            pieces.close();
        }
    }

    private void told(byte @Nullable [] piece, @Nullable Throwable fault) {
        asked = false;
        if (over) {
            pieces.close();
        } else if (fault != null) {
            onEnd.accept(fault);
        } else if (piece == null) {
            end();
        } else if (piece.length > 0) {
            client.write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
            client.flush();
            log.sent(piece.length);
            sent();
        }
    }

    /** Asks for more once all is sent; until then the client is waited for, and by no other piece. */
    private void sent() {
        if (over) {
            return;
        }
        client.watchStream();
        if (client.buffers().unsentBytes() == 0) {
            ask();
        } else {
            loop().schedule(this::sent, BETWEEN_LOOKS_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** Ends the answer as one that is whole. */
    private void end() {
        client.write(LastHttpContent.EMPTY_LAST_CONTENT);
        client.flush();
        onEnd.accept(null);
    }

    /** No more is written. */
    void close() {
        if (!over) {
            over = true;
            if (!asked) {
                pieces.close();
            }
        }
    }
}
