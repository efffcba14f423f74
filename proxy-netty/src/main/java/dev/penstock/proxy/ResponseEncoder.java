package dev.penstock.proxy;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Encodes answers to a client; told by the exchange which have no body. Confined to its event loop. */
final class ResponseEncoder extends HttpResponseEncoder {
    private boolean bodiless;

    void bodiless(boolean bodiless) {
        this.bodiless = bodiless;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return bodiless;
    }
}
