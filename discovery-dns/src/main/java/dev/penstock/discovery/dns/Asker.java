package dev.penstock.discovery.dns;

import org.xbill.DNS.Message;

/** Whoever asks one server after the other. Called on the wire's thread, or that of whoever closes it. */
interface Asker {
    /** What the server said. */
    void answered(Ask ask, Message message);

    /** There will be no answer in time. */
    void failed(Ask ask, String problem);

    /** An answer that comes after the time was over. */
    void late(Message message);

    /** Whether nobody is interested in an answer any more. */
    boolean isSettled();
}
