package dev.penstock.proxy;

import io.netty.handler.codec.http.HttpContent;

/** A request under way, as the connection of its client sees it. Confined to the event loop of that connection. */
interface Conversation {
    /** A piece of the request's body; to be released here. */
    void clientContent(HttpContent content);

    /** The client's bytes of one read are all there. */
    void clientPaused();

    /** The client takes bytes again, or no longer. */
    void clientWritable(boolean writable);

    /** Tells whether more of the request is to come and is wanted. */
    boolean awaitsBody();

    /** How many bytes wait for endpoints, or are kept to be sent to one again. */
    long heldBytes();

    /** The client has said nothing for too long in the middle of a body. */
    void clientSilent();

    /** The client has left, or is cut off. */
    void clientGone();

    /** Tells whether observers are told already what became of it. */
    boolean isTold();

    /** Something of ours broke. */
    void failed(Throwable cause);
}
