package dev.penstock.proxy;

import io.netty.channel.ChannelPipeline;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The connection of a client as its listener sees it. Confined to its event loop, but for what is said to be thread-safe. */
interface ClientConnection {
    /** Takes its place behind what is there already. */
    void install(ChannelPipeline pipeline);

    /** Who really sends what comes, where a PROXY header says so. */
    void speaksFor(InetSocketAddress client);

    /** The client is refused or cut off: it is counted. */
    void refused(ClientRefusal reason);

    /** The most bytes that may wait to be sent to the client before no more is read for it. */
    int bufferBytes();

    /** The TLS it goes by; null if none. */
    @Nullable
    TlsGuard tls();

    /** How many bytes wait because of the client, but for those that wait to be sent to it, or to be deciphered. */
    long heldBytes();

    /** Has it end once it does nothing more. Thread-safe. */
    void drain();

    /** Closes it as it stands. Thread-safe. */
    void cut();

    /** Closes it as it stands, with a reset where the system must not go on holding what is not read. */
    void cut(boolean reset);
}
