package dev.penstock.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection to the proxy that takes its time, and never waits for longer than it is told. Confined to one thread. */
final class SlowClient implements AutoCloseable {
    private static final int SMALL_BUFFER = 4 << 10;
    private static final int CONNECT_MILLIS = 5_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocate(16 << 10);
    private boolean over;
    private long readBytes;

    SlowClient(InetSocketAddress proxy) throws IOException {
        channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
            channel.socket().connect(proxy, CONNECT_MILLIS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, 0);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Tells whether the proxy has ended the connection, as far as was noticed. */
    boolean isOver() {
        return over;
    }

    /** How much it has read. */
    long readBytes() {
        return readBytes;
    }

    /** Sends all of it; false if the proxy takes nothing for so long, or has ended the connection. */
    boolean send(String text, int patienceMillis) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        try {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0 && !await(SelectionKey.OP_WRITE, patienceMillis)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            over = true;
            return false;
        }
    }

    /** Reads whatever comes, until nothing has come for so long; false once the connection has ended. */
    boolean listen(int millis) throws IOException {
        while (!over && await(SelectionKey.OP_READ, millis)) {
            while (read(in.capacity()) > 0) {
                // more may have come
            }
        }
        return !over;
    }

    /** Waits so long, then reads so many bytes at most. */
    void readAfter(int millis, int most) throws IOException {
        await(0, millis);
        if (most > 0) {
            read(most);
        }
    }

    private int read(int most) {
        in.clear().limit(Math.min(most, in.capacity()));
        try {
            int count = channel.read(in);
            over = over || count < 0;
            readBytes += Math.max(0, count);
            return count;
        } catch (IOException e) {
            over = true;
            return -1;
        }
    }

    /** Says that it sends no more. */
    void halfClose() throws IOException {
        channel.shutdownOutput();
    }

    private boolean await(int operation, int millis) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        key.interestOps(operation);
        selector.selectedKeys().clear();
        return selector.select(Math.max(1, millis)) > 0;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
