package dev.penstock.discovery.dns;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
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

    byte[] wire(int id, boolean extended) {
        var header = new Header(id);
        header.setFlag(Flags.RD);
        var message = new Message();
        message.setHeader(header);
        message.addRecord(Record.newRecord(name, type, DClass.IN), Section.QUESTION);
        if (extended) {
            message.addRecord(new OPTRecord(PAYLOAD_BYTES, 0, 0), Section.ADDITIONAL);
        }
        return message.toWire();
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
