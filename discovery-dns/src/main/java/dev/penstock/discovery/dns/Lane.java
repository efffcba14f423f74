package dev.penstock.discovery.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/** One connected UDP socket. Confined to the wire's thread. */
final class Lane {
    private static final int MAX_ASKS = Lanes.MAX_ASKS / 4;
    private static final int HEADER_BYTES = 12;

    private final Wire wire;
    private final DatagramChannel channel;
    private final long retireNanos;
    private final Map<Integer, Ask> asks = new HashMap<>();
    private long tidiedNanos;

    Lane(InetSocketAddress server, Selector selector, Wire wire, long retireNanos) throws IOException {
        this.wire = wire;
        this.retireNanos = retireNanos;
        tidiedNanos = retireNanos;
        channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.connect(server); // the system drops what comes from elsewhere
            channel.register(selector, SelectionKey.OP_READ, this);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    boolean takes(long now) {
        if (asks.size() >= MAX_ASKS && tidiedNanos != now) { // once for all that is sent at one moment
            tidiedNanos = now;
            asks.values().removeIf(Ask::isSettled);
            if (asks.size() >= MAX_ASKS) {
                asks.values().removeIf(Ask::isOver); // late answers are a favour; those that wait go first
            }
        }
        return channel.isOpen() && retireNanos - now > 0 && asks.size() < MAX_ASKS;
    }

    void send(Ask ask) {
        int id = wire.nextId();
        while (asks.containsKey(id)) {
            id = wire.nextId();
        }
        asks.put(id, ask);
        try {
            ByteBuffer buffer = wire.buffer().clear();
            ask.topic.question.put(buffer, id, ask.extended);
            channel.write(buffer.flip()); // a full buffer loses it, as a network may
        } catch (IOException e) {
            failAll(e);
        }
    }

    void read() {
        try {
            ByteBuffer buffer = wire.buffer();
            while (channel.read(buffer.clear()) > 0) {
                receive(buffer.flip());
            }
        } catch (IOException e) {
            failAll(e);
        }
    }

    private void receive(ByteBuffer packet) {
        if (packet.remaining() < HEADER_BYTES) {
            return;
        }
        int id = packet.getShort(0) & 0xffff;
        Ask ask = asks.get(id);
        if (ask == null || ask.isSettled()) {
            return; // of no use any more, or made up
        }
        Message message = wire.replies().read(ask.topic, packet);
        if (message == null) {
            ask.ignore();
            return;
        }
        asks.remove(id);
        if (!message.getHeader().getFlag(Flags.TC)) {
            ask.answered(message);
        } else if (!ask.isOver()) {
            wire.cut(ask);
        }
    }

    /** The system says that nothing gets through; nobody else will answer these. */
    private void failAll(IOException e) {
        String problem =
                e instanceof PortUnreachableException ? "nobody listens there" : String.valueOf(e.getMessage());
        asks.values().forEach(ask -> ask.fail(problem));
        asks.clear();
        close();
    }

    /** True once nothing is expected any more and nothing new would be taken. */
    boolean closeIfDone(long now) {
        if (channel.isOpen() && retireNanos - now > 0) {
            return false;
        }
        asks.values().removeIf(Ask::isSettled);
        if (!asks.isEmpty()) {
            return false;
        }
        close();
        return true;
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            asks.clear(); // it is of no use either way
        }
    }
}
