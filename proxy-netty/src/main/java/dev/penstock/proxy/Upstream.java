package dev.penstock.proxy;

import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

/** A connection to an endpoint that is about to be made. Confined to its event loop. */
interface Upstream {
    /** Takes its place in a new pipeline, which holds TLS already where that is spoken. */
    void install(ChannelPipeline pipeline);

    /** By which it is secured; null: it is not. */
    @Nullable
    TlsProfile profile();

    /** Closes it. */
    void close();
}
