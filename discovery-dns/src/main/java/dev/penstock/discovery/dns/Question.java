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

/** A question of class IN. Immutable; made once and asked often, so it knows how it is sent. */
final class Question {
    /** What an answer over UDP may have, so that it is not cut into fragments (DNS flag day 2020). */
    static final int PAYLOAD_BYTES = 1_232;

    /** The longest question: a name of 255 bytes. */
    static final int MAX_BYTES = 512;

    private static final int HEADER_BYTES = 12;
    private static final int QUESTION_BYTES = 4;
    private static final int OPT_BYTES = 11;
    private static final int ADDITIONAL_AT = 10;

    private final Name name;
    private final int type;
    private final int hash;
    private final byte[] extended;

    /**
     * A question.
     *
     * @param name absolute
     * @param type as in {@link Type#A}
     */
    Question(Name name, int type) {
        this.name = name;
        this.type = type;
        hash = 31 * name.hashCode() + type;
        extended = extended(name, type);
    }

    /** Recursion desired; a header, the question, and an OPT record (RFC 6891 section 6.1.2). */
    private static byte[] extended(Name name, int type) {
        byte[] text = name.toWire();
        var wire = ByteBuffer.allocate(HEADER_BYTES + text.length + QUESTION_BYTES + OPT_BYTES);
        wire.putShort((short) 0).putShort((short) (1 << (15 - Flags.RD)));
        wire.putShort((short) 1).putInt(0).putShort((short) 1);
        wire.put(text).putShort((short) type).putShort((short) DClass.IN);
        wire.put((byte) 0).putShort((short) Type.OPT).putShort((short) PAYLOAD_BYTES);
        return wire.array(); // the rest of the OPT record is zeros: no further codes, flags, options
    }

    Name name() {
        return name;
    }

    int type() {
        return type;
    }

    /** Puts the question as it is sent, with the OPT record if extended. */
    void put(ByteBuffer out, int id, boolean withOpt) {
        int at = out.position();
        out.put(extended, 0, extended.length - (withOpt ? 0 : OPT_BYTES));
        out.putShort(at, (short) id);
        out.putShort(at + ADDITIONAL_AT, (short) (withOpt ? 1 : 0));
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

    /** Whether a record says something of that name, in class IN: an answer may have any others along. */
    static boolean isOf(Record record, Name name, int type) {
        return record.getType() == type
                && record.getDClass() == DClass.IN
                && record.getName().equals(name);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Question that && hash == that.hash && type == that.type && name.equals(that.name));
    }

    @Override
    public int hashCode() {
        return hash;
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
