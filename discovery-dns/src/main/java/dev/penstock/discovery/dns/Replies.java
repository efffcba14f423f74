package dev.penstock.discovery.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/**
 * Reads answers; one that is, but for its id, what came last for the question is not read again. Confined to the wire's
 * thread.
 */
final class Replies {
    private static final int MAX_KEPT = 4_096;

    private final Map<Question, Reply> last = new LinkedHashMap<>(16, 0.75f, true);

    /** An answer as it came, with an id of 0, and what it says; compared by identity. */
    private static final class Reply {
        private final byte[] bytes;
        private final Message message;

        Reply(byte[] bytes, Message message) {
            this.bytes = bytes;
            this.message = message;
        }
    }

    /** What a packet says in answer to a question; null if it is no answer to it. */
    @Nullable
    Message read(Question question, ByteBuffer packet) {
        var bytes = new byte[packet.remaining()];
        packet.get(bytes);
        bytes[0] = 0;
        bytes[1] = 0;
        Reply known = last.get(question);
        if (known != null && Arrays.equals(known.bytes, bytes)) {
            return known.message;
        }
        Message message;
        try {
            message = new Message(bytes);
        } catch (IOException | RuntimeException e) {
            return null;
        }
        if (!question.isAnsweredBy(message)) {
            return null;
        }
        last.put(question, new Reply(bytes, message));
        if (last.size() > MAX_KEPT) {
            last.remove(last.keySet().iterator().next());
        }
        return message;
    }
}
