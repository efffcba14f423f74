package dev.penstock.proxy;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;

/** What observers will be told of one request, or of what is passed on for one client. Confined to its event loop. */
interface ExchangeLog {
    /** Of a gateway that nobody observes. */
    ExchangeLog NONE = new ExchangeLog() {};

    /** Which service its route is for, whatever becomes of it. */
    default void meant(ServiceName service) {}

    /** Which service it is for. */
    default void routed(Service service) {}

    /** It waits in line. */
    default void queued() {}

    /** Where an attempt goes. */
    default void attempt(Lease lease) {}

    /** Where an attempt goes that is made beside another one. */
    default void hedge(Lease lease) {}

    /** A connection for it is being made; returns since when, for {@link #connected}. */
    default long connecting() {
        return 0;
    }

    /** The connection is there. */
    default void connected(long sinceNanos) {}

    /** An endpoint was sent what there is of it. */
    default void forwarded() {}

    /** Which attempt gave the answer, where there were several at once. */
    default void chosen(Lease lease) {}

    /** The answer has begun to come. */
    default void answered() {}

    /** Bytes are passed on both ways from now on. */
    default void tunnelled() {}

    /** Bytes of the request's body have come, or bytes of the client. */
    default void received(long bytes) {}

    /** Bytes of the answer's body have been sent, or bytes to the client. */
    default void sent(long bytes) {}

    /** It is over. */
    default void end(int status, String reason, Ending.By by) {}
}
