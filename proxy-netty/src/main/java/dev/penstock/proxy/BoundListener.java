package dev.penstock.proxy;

import dev.penstock.catalog.ListenerSpec;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An address on which clients are served. Thread-safe. */
interface BoundListener {
    /** How it is defined now. */
    ListenerSpec spec();

    /** Binds the address; blocks until it is bound. Throws what it fails with. */
    void bind();

    /** Ends what was begun for it where it could not be bound. */
    void release();

    /** New clients are served by these settings. */
    void change(ListenerSpec spec);

    /** The bound address. */
    InetSocketAddress address();

    /** How it does. */
    ListenerStatus status();

    /** How it does TLS; null where it does none. */
    @Nullable
    ListenerTls tls();

    /** Takes no more clients. Done when those that it has are gone. */
    CompletionStage<Void> drain();

    /** Closes whatever is still open. */
    void cut();

    /** Tells whether two definitions are of one listener at one address. */
    static boolean isAt(ListenerSpec one, ListenerSpec other) {
        return one.name().equals(other.name())
                && one.host().equals(other.host())
                && one.port() == other.port()
                && one.protocol().isOverTcp() == other.protocol().isOverTcp();
    }
}
