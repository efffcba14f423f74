package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;

/** The end of a body; Netty's own makes a table for trailers that are hardly ever there. Not thread-safe. */
public class LastContent extends DefaultHttpContent implements LastHttpContent {
    /**
     * The end of a body.
     *
     * @param bytes its last ones
     */
    public LastContent(ByteBuf bytes) {
        super(bytes);
    }

    @Override
    public HttpHeaders trailingHeaders() {
        return EmptyHttpHeaders.INSTANCE;
    }

    @Override
    public LastHttpContent replace(ByteBuf bytes) {
        return new LastContent(bytes);
    }

    @Override
    public LastHttpContent copy() {
        return (LastHttpContent) super.copy();
    }

    @Override
    public LastHttpContent duplicate() {
        return (LastHttpContent) super.duplicate();
    }

    @Override
    public LastHttpContent retainedDuplicate() {
        return (LastHttpContent) super.retainedDuplicate();
    }

    @Override
    public LastHttpContent retain() {
        super.retain();
        return this;
    }

    @Override
    public LastHttpContent retain(int more) {
        super.retain(more);
        return this;
    }

    @Override
    public LastHttpContent touch() {
        super.touch();
        return this;
    }

    @Override
    public LastHttpContent touch(Object hint) {
        super.touch(hint);
        return this;
    }
}
