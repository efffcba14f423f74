package dev.penstock.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.penstock.discovery.etcd.EtcdServer;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;

/** A real etcd with keys as registrator writes them, and what clients of the ports hear. Confined to its test. */
final class RegistratorPorts implements AutoCloseable {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int HEAR_MILLIS = 5_000;

    private final EtcdServer etcd;

    RegistratorPorts(Path folder) {
        etcd = EtcdServer.start(folder);
    }

    /** The catalog of a prefix. */
    String catalog(String prefix) {
        return uri(prefix) + "?listen=127.0.0.1";
    }

    /** The URI of a prefix. */
    String uri(String prefix) {
        return "etcd://" + etcd.address() + "/" + prefix;
    }

    /** Says to each who connects what it is called. */
    static StubBackend backend(String name) {
        return StubBackend.start(connection -> {
            connection.send(name);
            connection.readToEnd();
        });
    }

    /** Writes a key; returns when etcd has it. */
    void put(String key, String address) {
        etcd.put("v2", "/" + key, address);
    }

    void delete(String key) {
        etcd.delete("v2", "/" + key);
    }

    /** Kills the server; its data stays. */
    void stop() {
        etcd.stop();
    }

    /** Starts it again where it was. */
    void start() {
        etcd.start();
    }

    /** What a client of a port hears, one letter; {@code closed} if nobody listens, nothing if the connection ends before. */
    static String hear(int port) throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(HEAR_MILLIS);
            socket.connect(new InetSocketAddress(HERE, port), HEAR_MILLIS);
            return new String(socket.getInputStream().readNBytes(1), US_ASCII);
        } catch (ConnectException e) {
            return "closed";
        } catch (SocketException e) {
            return ""; // connected when the port was about to close
        }
    }

    @Override
    public void close() {
        etcd.close();
    }
}
