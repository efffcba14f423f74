package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.LastHttpContent;

/** The end of a body that has trailers (RFC 9110, 6.5). Not thread-safe. */
public final class TrailedContent extends LastContent {
    private final Fields trailers;

    /**
     * The end of a body.
     *
     * @param bytes its last ones
     * @param trailers its fields
     */
    public TrailedContent(ByteBuf bytes, Fields trailers) {
        super(bytes);
        this.trailers = trailers;
    }

    @Override
    public LastHttpContent replace(ByteBuf bytes) {
        return new TrailedContent(bytes, trailers);
    }

    /** The fields after the body. */
    public Fields trailers() {
        return trailers;
    }
}
