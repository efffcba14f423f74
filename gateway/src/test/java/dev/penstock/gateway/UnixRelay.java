package dev.penstock.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A unix socket in front of another, that can be cut and mended. Thread-safe. */
final class UnixRelay implements AutoCloseable {
    private static final int BUFFER_BYTES = 65_536;

    private final Path path;
    private final Path target;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocketChannel server;

    private UnixRelay(Path path, Path target) throws IOException {
        this.path = path;
        this.target = target;
        this.server = listen();
    }

    static UnixRelay start(Path path, Path target) {
        try {
            return new UnixRelay(path, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerSocketChannel listen() throws IOException {
        var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        threads.execute(() -> accept(listening));
        return listening;
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                open.add(client);
                if (!listening.isOpen()) { // cut() may have looked before it stood there
                    end(client);
                    return;
                }
                join(client);
            }
        } catch (IOException e) {
            assert !listening.isOpen() : e; // cut
        }
    }

    private void join(SocketChannel client) {
        try {
            SocketChannel there = SocketChannel.open(UnixDomainSocketAddress.of(target));
            open.add(there);
            threads.execute(() -> copy(client, there));
            threads.execute(() -> copy(there, client));
        } catch (IOException e) {
            end(client);
        }
    }

    private void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            end(to);
        } catch (IOException e) {
            end(to);
        } finally {
            end(from);
        }
    }

    private void end(SocketChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks every connection; from now on there is no socket. */
    synchronized void cut() {
        try {
            server.close();
            Files.deleteIfExists(path);
            open.forEach(this::end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The socket is there again. */
    synchronized void mend() {
        try {
            server = listen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cut();
        threads.shutdownNow();
    }
}
