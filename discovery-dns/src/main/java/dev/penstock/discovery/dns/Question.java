package dev.penstock.discovery.dns;

import java.nio.ByteBuffer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * A question of class IN. Immutable.
 *
 * @param name absolute
 * @param type as in {@link Type#A}
 */
record Question(Name name, int type) {
    /** What an answer over UDP may have, so that it is not cut into fragments (DNS flag day 2020). */
    static final int PAYLOAD_BYTES = 1_232;

    private static final int HEADER_BYTES = 12;
    private static final int QUESTION_BYTES = 4;
    private static final int OPT_BYTES = 11;

    /**
     * As it is sent: recursion desired; a header, the question, and an OPT record (RFC 6891 section 6.1.2) if extended.
     */
    byte[] wire(int id, boolean extended) {
        byte[] text = name.toWire();
        var wire = ByteBuffer.allocate(HEADER_BYTES + text.length + QUESTION_BYTES + (extended ? OPT_BYTES : 0));
        wire.putShort((short) id).putShort((short) (1 << (15 - Flags.RD)));
        wire.putShort((short) 1).putInt(0).putShort((short) (extended ? 1 : 0));
        wire.put(text).putShort((short) type).putShort((short) DClass.IN);
        if (extended) {
            wire.put((byte) 0).putShort((short) Type.OPT).putShort((short) PAYLOAD_BYTES);
        }
        return wire.array(); // the rest of the OPT record is zeros: no further codes, flags, options
    }

    /** Whether a message that came in answers this question, and not another one. */
    boolean isAnsweredBy(Message message) {
        Header header = message.getHeader();
        if (!header.getFlag(Flags.QR)) {
            return false;
        }
        Record asked = message.getQuestion();
        if (asked == null) { // servers that understood nothing need not repeat it
            return header.getRcode() != Rcode.NOERROR && header.getRcode() != Rcode.NXDOMAIN;
        }
        return asked.getType() == type
                && asked.getDClass() == DClass.IN
                && asked.getName().equals(name);
    }

    @Override
    public String toString() {
        return Type.string(type) + " " + text(name);
    }

    /** A name as people write it, without the final dot. */
    static String text(Name name) {
        return name.toString(true);
    }
}
