package dev.penstock.discovery.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/**
 * Reads answers. One that says what the one before for the question said, see {@link Form}, is not read again but is the
 * same object. Confined to the wire's thread.
 */
final class Replies {
    private static final int MAX_KEPT = 16_384;
    private static final int ID_BYTES = 2;

    private final Map<Question, Reply> last = new LinkedHashMap<>(16, 0.75f, true);
    private volatile boolean timesCount;

    /** An answer as it came, after its id; and what it says. */
    private record Reply(ByteBuffer bytes, Form form, Message message) {}

    /** From now on answers that differ in nothing but times to live differ. */
    void keepTimes() {
        timesCount = true;
    }

    /** What a packet says in answer to a question; null if it is no answer to it. */
    @Nullable
    Message read(Question question, ByteBuffer packet) {
        Reply known = last.get(question);
        int begin = packet.position();
        if (known != null && known.bytes.equals(packet.position(begin + ID_BYTES))) {
            return known.message;
        }
        packet.position(begin);
        var bytes = new byte[packet.remaining()];
        packet.get(begin, bytes);
        var form = new Form(bytes.clone(), timesCount);
        if (known != null && known.form.isThatOf(form)) {
            return known.message;
        }
        Message message;
        try {
            message = new Message(packet);
        } catch (IOException | RuntimeException e) {
            return null;
        }
        if (!question.isAnsweredBy(message)) {
            return null;
        }
        if (!message.getHeader().getFlag(Flags.TC)) { // the whole comes by another way
            ByteBuffer kept = ByteBuffer.wrap(bytes).position(ID_BYTES);
            last.put(question, new Reply(kept, form, message));
            if (last.size() > MAX_KEPT) {
                last.remove(last.keySet().iterator().next());
            }
        }
        return message;
    }
}
