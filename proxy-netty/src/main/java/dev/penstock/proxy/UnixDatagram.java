package dev.penstock.proxy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A datagram to a socket of this machine that has a name in place of a port. The JDK knows no such sockets. Stateless. */
public final class UnixDatagram {
    private static final int LONGEST_NAME = 107; // of sun_path, which ends with a zero

    private UnixDatagram() {}

    /**
     * Tells whether datagrams can be sent this way here.
     *
     * @return true on Linux where epoll loads
     */
    public static boolean isAvailable() {
        return Epoll.isAvailable();
    }

    /**
     * Sends a datagram, or fails at once.
     *
     * @param name a path, or {@code @} and a name that is none of the file system (Linux: abstract); 2 to 107 bytes
     * @param message what to send
     * @throws IOException if nobody takes it
     * @throws IllegalArgumentException if the name is too short or too long
     * @throws IllegalStateException if this is not {@linkplain #isAvailable() available}
     */
    public static void send(String name, String message) throws IOException {
        byte[] address = name.getBytes(StandardCharsets.UTF_8);
        if (address.length < 2 || address.length > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "name: \"" + name + "\" (expected: 2 to " + LONGEST_NAME + " bytes, as in /run/notify or @notify)");
        }
        if (!isAvailable()) {
            throw new IllegalStateException("no epoll", Epoll.unavailabilityCause());
        }
        if (address[0] == '@') {
            address[0] = 0;
        }
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        Socket socket = Socket.newSocketDomainDgram(); // one that does not block
        try {
            socket.sendToDomainSocket(buffer, 0, bytes.length, address);
        } finally {
            socket.close();
        }
    }
}
