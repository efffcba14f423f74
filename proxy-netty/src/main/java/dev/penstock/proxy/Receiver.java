package dev.penstock.proxy;

import dev.penstock.proxy.http1.ResponseMessage;
import io.netty.handler.codec.http.HttpContent;

/**
 * Whoever a connection to an endpoint tells what comes over it: first the {@link Attempt}, then the {@link Answer}, or the
 * {@link Discard} of one that is not wanted. Confined to the event loop of that connection.
 */
interface Receiver {
    /** The head of an answer, also of an interim one. */
    void upstreamHead(ResponseMessage response);

    /** A piece of the answer's body; to be released here. */
    void upstreamContent(HttpContent content);

    /** The endpoint's bytes of one read are all there. */
    void upstreamPaused();

    /** The endpoint takes bytes again, or no longer. */
    void upstreamWritable();

    /** The answer does not come to its end. */
    void upstreamBroken(UpstreamFault fault);

    /** Something of ours broke. */
    void failed(Throwable cause);
}
