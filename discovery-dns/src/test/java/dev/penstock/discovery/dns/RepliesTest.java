package dev.penstock.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class RepliesTest {
    private static final String NAME = "web.lb.test";
    private static final int HEADER_BYTES = 12;

    private final Topic topic = new Topic(new Question(Records.name(NAME), Type.A), new Pace(0), null);

    private static byte[] answer(int id) {
        var question = new Message(id);
        question.addRecord(Record.newRecord(Records.name(NAME), Type.A, DClass.IN), Section.QUESTION);
        Message answer = FakeDns.empty(question, Rcode.NOERROR);
        answer.addRecord(Records.a(NAME, 30, "10.0.0.1"), Section.ANSWER);
        return answer.toWire();
    }

    /** Where the owner of the only record is, as a pointer at the question. */
    private static int pointer() {
        return HEADER_BYTES + Records.name(NAME).toWire().length + 4;
    }

    @Test
    void answer_hasTheNumberItCameWith() {
        Message read = new Replies().read(topic, ByteBuffer.wrap(answer(0xabcd)));

        assertThat(read).isNotNull();
        assertThat(read.getHeader().getID()).isEqualTo(0xabcd);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void nameThatPointsAtTheNumber_isMalformed_whateverTheNumber(int target) {
        for (int id : new int[] {0, 0x0100, 0x4041, 0xffff}) {
            byte[] packet = answer(id);
            assertThat(packet[pointer()]).isEqualTo((byte) 0xc0);
            packet[pointer() + 1] = (byte) target;

            assertThat(new Replies().read(topic, ByteBuffer.wrap(packet))).isNull();
        }
    }
}
