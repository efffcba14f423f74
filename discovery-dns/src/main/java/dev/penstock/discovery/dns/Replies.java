package dev.penstock.discovery.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/**
 * Reads answers. One that says what the one before for the question said, see {@link Form}, is not read again but is the
 * same object. Confined to the wire's thread.
 */
final class Replies {
    private static final int ID_BYTES = 2;

    /** Begins no name (RFC 1035, 4.1.4). */
    private static final byte NO_LABEL = (byte) 0x80;

    private volatile boolean timesCount;

    /** From now on answers that differ in nothing but times to live differ. */
    void keepTimes() {
        timesCount = true;
    }

    /** What a packet says in answer to a question; null if it is no answer to it. */
    @Nullable
    Message read(Topic topic, ByteBuffer packet) {
        Topic.Reply known = topic.reply();
        int begin = packet.position();
        if (known != null && known.bytes().equals(packet.position(begin + ID_BYTES))) {
            return known.message();
        }
        packet.position(begin);
        var bytes = new byte[packet.remaining()];
        packet.get(begin, bytes);
        var form = new Form(bytes.clone(), timesCount);
        if (known != null && known.form().isThatOf(form)) {
            return known.message();
        }
        // A name that points at the number of the question would be another one in each answer: it is none.
        bytes[0] = NO_LABEL;
        bytes[1] = NO_LABEL;
        Message message;
        try {
            message = new Message(bytes);
            message.getHeader().setID(Short.toUnsignedInt(packet.getShort(begin)));
        } catch (IOException | RuntimeException e) {
            return null;
        }
        if (!topic.question.isAnsweredBy(message)) {
            return null;
        }
        if (!message.getHeader().getFlag(Flags.TC)) { // the whole comes by another way
            ByteBuffer kept = ByteBuffer.wrap(bytes).position(ID_BYTES);
            topic.answered(new Topic.Reply(kept, form, message));
        }
        return message;
    }
}
