package dev.penstock.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.fuzz.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Answers of nameservers: any packet is an answer to the question or is ignored; two that are taken for the same say the
 * same, but for times to live and order.
 */
public final class AnswerFuzz {
    private static final int HEADER_BYTES = 12;

    private AnswerFuzz() {}

    /** The first byte says where the rest is cut into two packets, the second in what they differ else. */
    public static void run(byte[] input) {
        var bytes = new Bytes(input);
        int cut = bytes.below(256);
        boolean whole = bytes.below(2) == 0;
        byte[] rest = bytes.rest();
        byte[] first = whole ? rest : Arrays.copyOf(rest, Math.min(rest.length, cut));
        byte[] second = whole ? changed(rest, cut) : Arrays.copyOfRange(rest, first.length, rest.length);
        for (int type : new int[] {Type.A, Type.SRV}) {
            check(new Question(Name.fromConstantString("web.lb.test."), type), first, second);
        }
    }

    /** With one bit turned over. */
    private static byte[] changed(byte[] packet, int at) {
        byte[] changed = packet.clone();
        if (changed.length > 0) {
            changed[at % changed.length] ^= (byte) (1 << at % 8);
        }
        return changed;
    }

    private static void check(Question question, byte[] first, byte[] second) {
        if (first.length < HEADER_BYTES || second.length < HEADER_BYTES) {
            return; // dropped before they get here
        }
        var replies = new Replies();
        var topic = new Topic(question, new Pace(0), null);
        Message one = read(replies, topic, first);
        Message again = read(replies, topic, second);
        Message alone = read(new Replies(), new Topic(question, new Pace(0), null), second);
        if (one != null && one == again) { // taken for the same, so not read
            assertThat(alone).isNotNull();
            assertThat(said(alone)).isEqualTo(said(one));
        } else {
            assertThat(again == null).isEqualTo(alone == null);
        }
        if (alone != null) {
            assertThat(question.isAnsweredBy(alone)).isTrue();
        }
    }

    private static @Nullable Message read(Replies replies, Topic topic, byte[] packet) {
        return replies.read(topic, ByteBuffer.wrap(packet.clone()));
    }

    /** The code and the records of each section, without times and order. */
    private static List<?> said(Message message) {
        return List.of(
                message.getRcode(),
                text(message.getSection(Section.ANSWER)),
                text(message.getSection(Section.AUTHORITY)));
    }

    private static List<String> text(List<Record> records) {
        return records.stream()
                .map(record -> record.getName().toString().toLowerCase(java.util.Locale.ROOT) + " " + record.getType()
                        + " " + Arrays.toString(record.rdataToWireCanonical()))
                .sorted()
                .toList();
    }
}
