package dev.penstock.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Update;

/** A real nameserver for the zone lb.test, run by tools/servers/dns; the test is skipped where it is not installed. */
public final class KnotServer implements AutoCloseable {
    private static final Name ZONE = Records.name("lb.test");
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Path directory;
    private final int port;

    private KnotServer(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    public static KnotServer start(Path directory) {
        RequiresTool.find("knotd");
        RequiresTool.find("kdig");
        return new KnotServer(directory, Integer.parseInt(run("start", directory.toString())));
    }

    private static String run(String... arguments) {
        RequiresTool.Run run = RequiresTool.run(
                "bash",
                Stream.concat(Stream.of(script().toString()), Arrays.stream(arguments))
                        .toArray(String[]::new));
        assertThat(run.status()).as(run.output()).isZero();
        return run.output().strip();
    }

    private static Path script() {
        Path here = Path.of("").toAbsolutePath();
        Path script = here.resolve("tools/servers/dns");
        return Files.exists(script) ? script : here.getParent().resolve("tools/servers/dns");
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public void stop() {
        run("stop", directory.toString());
    }

    /** Ends it as a crash does. */
    public void kill() {
        run("kill", directory.toString());
    }

    /** Starts it again where it was, with the zone as its file says: what updates did to it is lost. */
    public void restart() {
        run("start", directory.toString(), String.valueOf(port));
    }

    /** Puts records in the place of all of their names and types; returns when the server has them. */
    public KnotServer put(Record... records) {
        var update = new Update(ZONE);
        for (Record record : records) {
            update.delete(record.getName(), record.getType());
        }
        update.add(records);
        return send(update);
    }

    /** Takes everything of a name away. */
    public KnotServer remove(String name) {
        var update = new Update(ZONE);
        update.delete(Records.name(name));
        return send(update);
    }

    /** Takes the records of one type away. */
    public KnotServer remove(String name, int type) {
        var update = new Update(ZONE);
        update.delete(Records.name(name), type);
        return send(update);
    }

    private KnotServer send(Update update) {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            byte[] wire = update.toWire();
            socket.send(new DatagramPacket(wire, wire.length, InetAddress.getLoopbackAddress(), port));
            var buffer = new byte[65_535];
            var packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            var answer = new Message(Arrays.copyOf(buffer, packet.getLength()));
            assertThat(Rcode.string(answer.getRcode())).isEqualTo("NOERROR");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
