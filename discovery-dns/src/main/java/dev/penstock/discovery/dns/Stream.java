package dev.penstock.discovery.dns;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/** One question over a TCP connection of its own (RFC 7766, without reuse). Confined to the wire's thread. */
final class Stream {
    private static final int LENGTH_BYTES = 2;

    private final Ask ask;
    private final int id;
    private final Replies replies;
    private final ByteBuffer out;
    private ByteBuffer in = ByteBuffer.allocate(LENGTH_BYTES);
    private boolean lengthKnown;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;

    /** Connects; over at once if that cannot be. */
    Stream(Ask ask, int id, Selector selector, Replies replies) {
        this.ask = ask;
        this.replies = replies;
        this.id = id;
        out = ByteBuffer.allocate(LENGTH_BYTES + Question.MAX_BYTES).position(LENGTH_BYTES);
        ask.topic.question.put(out, id, ask.extended);
        out.flip().putShort(0, (short) (out.limit() - LENGTH_BYTES));
        try {
            var opened = SocketChannel.open();
            channel = opened;
            opened.configureBlocking(false);
            key = opened.register(selector, SelectionKey.OP_CONNECT, this);
            if (opened.connect(ask.server)) {
                advance();
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** Does what the connection is ready for. */
    void advance() {
        try {
            step();
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private void step() throws IOException {
        SocketChannel open = channel;
        SelectionKey interest = key;
        if (open == null || interest == null) {
            return;
        }
        if (!open.isConnected() && !open.finishConnect()) {
            return;
        }
        if (out.hasRemaining()) {
            open.write(out);
            interest.interestOps(out.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            return;
        }
        int count = open.read(in);
        while (count > 0 && in.hasRemaining()) {
            count = open.read(in);
        }
        if (count < 0) {
            throw new EOFException("the connection ended before the answer");
        }
        if (!in.hasRemaining()) {
            received();
        }
    }

    private void received() throws IOException {
        if (lengthKnown) {
            answered(in.flip());
        } else {
            lengthKnown = true;
            in = ByteBuffer.allocate(in.getShort(0) & 0xffff); // more is there, or the selector tells when it is
        }
    }

    private void answered(ByteBuffer packet) {
        boolean mine = packet.remaining() >= LENGTH_BYTES && (packet.getShort(0) & 0xffff) == id;
        Message message = mine ? replies.read(ask.topic, packet) : null;
        if (message != null) {
            ask.answered(message);
        } else {
            ask.fail("over TCP: the answer is for another question");
        }
        closeIfOver();
    }

    private void fail(Exception e) {
        ask.fail("over TCP: " + e.getMessage());
        closeIfOver();
    }

    boolean isOver() {
        return ask.isOver();
    }

    void closeIfOver() {
        SocketChannel open = channel;
        if (open != null && ask.isOver()) {
            channel = null;
            try {
                open.close();
            } catch (IOException e) {
                key = null; // it is of no use either way
            }
        }
    }
}
