package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The end of a service manager at which it is told things. Confined to one thread. */
final class NotifySocket implements AutoCloseable {
    private final Socket socket;
    private final List<String> told = new ArrayList<>();

    private NotifySocket(Socket socket) {
        this.socket = socket;
    }

    /** At a path, or at {@code @} and a name that is none of the file system. */
    static NotifySocket at(String name) throws IOException {
        assertThat(Epoll.isAvailable()).isTrue();
        Socket socket = Socket.newSocketDomainDgram();
        socket.bind(new DomainSocketAddress(name.replaceFirst("^@", "\0")));
        return new NotifySocket(socket);
    }

    /** All that it was told until now. */
    List<String> told() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        for (int n = socket.read(buffer, 0, buffer.capacity()); n > 0; n = socket.read(buffer, 0, buffer.capacity())) {
            byte[] bytes = new byte[n];
            buffer.get(0, bytes);
            told.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return told;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
