package dev.penstock.discovery.dns;

import dev.penstock.time.Ticker;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A nameserver on loopback, UDP and TCP, whose every answer a test makes; remembers what it was asked. */
public final class FakeDns implements AutoCloseable {
    private static final int MAX_UDP = 1_232;

    private final DatagramSocket packets;
    private final ServerSocket connections;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile IOException lastFault = new IOException("none");
    private volatile Forger forger;
    private volatile Script script = (question, tcp) -> none(question, Rcode.NXDOMAIN);

    /** What it was asked, and when. */
    public record Asked(Name name, int type, boolean tcp, long nanos) {}

    /** Makes the answer; null: none. */
    @FunctionalInterface
    public interface Script {
        Message answer(Message question, boolean tcp);
    }

    /** Sends any packets, right or wrong. */
    @FunctionalInterface
    public interface Forger {
        void send(Message question, Consumer<byte[]> send);
    }

    public FakeDns() {
        this(0);
    }

    public FakeDns(int port) {
        try {
            DatagramSocket udp = null;
            ServerSocket tcp = null;
            while (tcp == null) {
                udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                try {
                    tcp = new ServerSocket(udp.getLocalPort(), 100, InetAddress.getLoopbackAddress());
                } catch (IOException taken) {
                    udp.close();
                }
            }
            packets = udp;
            connections = tcp;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::servePackets);
        start(this::serveConnections);
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "fake-dns");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return packets.getLocalPort();
    }

    public String address() {
        return "127.0.0.1:" + port();
    }

    public FakeDns script(Script script) {
        this.script = script;
        return this;
    }

    /** Answers every packet with what the forger sends. */
    public FakeDns forging(Forger forger) {
        this.forger = forger;
        return this;
    }

    /** Answers with the records of the name and type asked for; NXDOMAIN where the name has none at all. */
    public FakeDns zone(Record... records) {
        return script((question, tcp) -> ofZone(question, List.of(records)));
    }

    public static Message ofZone(Message question, List<Record> records) {
        Record asked = question.getQuestion();
        List<Record> named = records.stream()
                .filter(r -> r.getName().equals(asked.getName()))
                .toList();
        Message answer = none(question, named.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR);
        named.stream()
                .filter(r -> r.getType() == asked.getType() || r.getType() == Type.CNAME)
                .forEach(r -> answer.addRecord(r, Section.ANSWER));
        return answer;
    }

    /** An answer without records, with an SOA whose negative time to live is 1 s. */
    public static Message none(Message question, int code) {
        Message answer = empty(question, code);
        if (code == Rcode.NXDOMAIN) {
            Name root = Name.root;
            answer.addRecord(new SOARecord(root, DClass.IN, 1, root, root, 1, 1, 1, 1, 1), Section.AUTHORITY);
        }
        return answer;
    }

    public static Message empty(Message question, int code) {
        var header = new Header(question.getHeader().getID());
        header.setFlag(Flags.QR);
        header.setFlag(Flags.AA);
        header.setRcode(code);
        var answer = new Message();
        answer.setHeader(header);
        answer.addRecord(question.getQuestion(), Section.QUESTION);
        return answer;
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    public List<Asked> asked(String name) {
        return asked.stream().filter(a -> a.name().toString(true).equals(name)).toList();
    }

    public IOException lastFault() {
        return lastFault;
    }

    public static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private byte[] answer(byte[] bytes, boolean tcp) throws IOException {
        var question = new Message(bytes);
        asked.add(new Asked(
                question.getQuestion().getName(),
                question.getQuestion().getType(),
                tcp,
                Ticker.system().nanos()));
        Message answer = script.answer(question, tcp);
        return answer == null ? new byte[0] : answer.toWire(tcp ? Message.MAXLENGTH : MAX_UDP);
    }

    private void servePackets() {
        var buffer = new byte[65_535];
        while (!packets.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                packets.receive(packet);
                send(Arrays.copyOf(buffer, packet.getLength()), packet);
            } catch (IOException e) {
                lastFault = e; // a client that went away, or the end
            }
        }
    }

    private void send(byte[] question, DatagramPacket from) throws IOException {
        byte[] answer = answer(question, false);
        Forger present = forger;
        if (present != null) {
            present.send(new Message(question), bytes -> reply(bytes, from));
        } else if (answer.length > 0) {
            reply(answer, from);
        }
    }

    private void reply(byte[] bytes, DatagramPacket to) {
        try {
            packets.send(new DatagramPacket(bytes, bytes.length, to.getSocketAddress()));
        } catch (IOException e) {
            lastFault = e;
        }
    }

    private void serveConnections() {
        while (!connections.isClosed()) {
            try (Socket socket = connections.accept()) {
                var in = new DataInputStream(socket.getInputStream());
                byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), true);
                if (answer.length > 0) {
                    var out = new DataOutputStream(socket.getOutputStream());
                    out.writeShort(answer.length);
                    out.write(answer);
                    out.flush();
                }
            } catch (IOException e) {
                lastFault = e; // a client that went away, or the end
            }
        }
    }

    @Override
    public void close() {
        packets.close();
        try {
            connections.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
