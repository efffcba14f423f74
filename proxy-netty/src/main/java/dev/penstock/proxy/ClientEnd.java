package dev.penstock.proxy;

import dev.penstock.proxy.http1.RequestDecoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.util.function.IntSupplier;

/** How the connection of a client ends: which half is over, and what becomes of the other. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class ClientEnd {
    private final RequestDecoder decoder;
    private final ClientWait wait;
    private final IntSupplier mostLeftover;
    private final Runnable onTooMuch;
    private boolean inputOver;
    private boolean begun;

    /** An end that has not begun; onTooMuch: the client goes on sending after it, more than it may. */
    ClientEnd(RequestDecoder decoder, ClientWait wait, IntSupplier mostLeftover, Runnable onTooMuch) {
        this.decoder = decoder;
        this.wait = wait;
        this.mostLeftover = mostLeftover;
        this.onTooMuch = onTooMuch;
    }

    /** Tells whether no further request is taken. */
    boolean hasBegun() {
        return begun;
    }

    /** Tells whether the client sends no more. */
    boolean isInputOver() {
        return inputOver;
    }

    void inputOver() {
        inputOver = true;
    }

    /**
     * Ends the connection once what was written is sent. Where the client may still be sending, its bytes are taken and
     * dropped for a while, up to a count: a connection closed over unread bytes is reset, and the answer lost with it.
     */
    void leave(ChannelHandlerContext context) {
        if (begun) {
            return;
        }
        begun = true;
        boolean clientDone = decoder.isBetweenRequests() && !decoder.holdsBytes();
        wait.forReading();
        var sent = context.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (clientDone || inputOver) {
            sent.addListener(ChannelFutureListener.CLOSE);
        } else {
            // Once TLS is through with what it is just deciphering: it must not say its end in the middle of that.
            sent.addListener(future -> context.executor().execute(() -> linger(context.channel())));
            context.pipeline().addFirst(new Leftover(mostLeftover.getAsInt(), onTooMuch));
            decoder.discard();
        }
    }

    private void linger(Channel channel) {
        if (inputOver) {
            channel.close();
        } else if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            TlsGuard.endOutput(duplex);
            wait.forLeaving();
        }
    }

    /** Breaks off an answer in a way that no client can take for its end. */
    void abort(ChannelHandlerContext context, boolean reset) {
        begun = true;
        if (reset) {
            reset(context); // the end of the connection would be the end of the answer
        } else {
            context.close();
        }
    }

    /** Closes the connection at once, whatever the system still has to send. */
    static void reset(ChannelHandlerContext context) {
        if (context.channel().isOpen()) { // its end may be on the way, and a closed one takes no option
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        TlsGuard.cut(context);
    }
}
