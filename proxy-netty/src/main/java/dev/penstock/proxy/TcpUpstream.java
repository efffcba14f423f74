package dev.penstock.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

/** A connection to an endpoint for bytes that are passed on as they are. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class TcpUpstream implements Upstream {
    private final String preface;
    private final @Nullable TlsProfile profile;
    private final LoopState state;
    private final Hold hold = new Hold();

    TcpUpstream(String preface, @Nullable TlsProfile profile, LoopState state) {
        this.preface = preface;
        this.profile = profile;
        this.state = state;
    }

    @Override
    public void install(ChannelPipeline pipeline) {
        // Its end of input is not its end: the client may have more to say.
        pipeline.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (profile == null) {
            SplicedReads.install(pipeline.channel(), state);
        }
        if (!preface.isEmpty()) {
            pipeline.addFirst(new PrefaceWriter(preface));
        }
        pipeline.addLast(hold);
    }

    @Override
    public @Nullable TlsProfile profile() {
        return profile;
    }

    /** Tells the endpoint whom it has to do with, even if the client waits for it to speak first. */
    void greet() {
        if (!preface.isEmpty() && profile == null) {
            hold.channel().writeAndFlush(Unpooled.EMPTY_BUFFER, hold.channel().voidPromise());
        }
    }

    Hold hold() {
        return hold;
    }

    @Override
    public void close() {
        hold.channel().close();
    }
}
