package dev.penstock.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;

/**
 * Refuses a second {@code Content-Length}, where the decoder takes the first one of HTTP/1.0 and drops the others. Confined to
 * its event loop.
 */
final class OneLength {
    private boolean seen;

    /** Makes ready for the next head. */
    void reset() {
        seen = false;
    }

    /** The name of a field, unless it is there twice. */
    AsciiString checked(AsciiString name) {
        if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
            if (seen) {
                throw new IllegalArgumentException("content-length: twice (expected: once)");
            }
            seen = true;
        }
        return name;
    }
}
