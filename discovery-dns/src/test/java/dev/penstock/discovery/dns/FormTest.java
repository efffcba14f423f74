package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.discovery.dns.Records.aaaa;
import static dev.penstock.discovery.dns.Records.cname;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** When two answers say the same. */
class FormTest {
    private static final String NAME = "web.lb.test";

    private static byte[] answer(int id, int code, int extendedCode, List<Record> records) {
        var question = new Message(id);
        question.addRecord(Record.newRecord(Records.name(NAME), Type.A, DClass.IN), Section.QUESTION);
        Message answer = FakeDns.empty(question, code);
        records.forEach(record -> answer.addRecord(record, Section.ANSWER));
        answer.addRecord(new OPTRecord(1_232, extendedCode, 0), Section.ADDITIONAL);
        return answer.toWire();
    }

    private static Form form(byte[] bytes) {
        return new Form(bytes.clone(), false);
    }

    private static List<Record> addresses(SplittableRandom chance, int count, int ttl) {
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(a(NAME, ttl, "10." + i + "." + chance.nextInt(256) + "." + chance.nextInt(256)));
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void sameRecords_inAnotherOrderWithOtherTimesAndAnotherId_areOneForm(long seed) {
        for (int count = 0; count < 30; count++) {
            List<Record> now = addresses(new SplittableRandom(seed), count, 30);
            List<Record> later = addresses(new SplittableRandom(seed), count, 29);
            Collections.shuffle(later, new Random(seed));
            assertThat(form(answer(7, Rcode.NOERROR, 0, now)).isThatOf(form(answer(8, Rcode.NOERROR, 0, later))))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void anyDifference_isAnotherForm(long seed) {
        var chance = new SplittableRandom(seed);
        List<Record> now = addresses(chance, 10, 30);
        Form form = form(answer(1, Rcode.NOERROR, 0, now));
        List<Record> fewer = now.subList(0, 9);
        List<Record> other = new ArrayList<>(fewer);
        other.add(a(NAME, 30, "10.200.0." + chance.nextInt(256)));
        List<Record> twice = new ArrayList<>(fewer);
        twice.add(now.get(0));
        List<Record> otherType = new ArrayList<>(fewer);
        otherType.add(aaaa(NAME, 30, "::1"));
        List<Record> alias = new ArrayList<>(fewer);
        alias.add(cname(NAME, 30, "b.test"));
        for (List<Record> records : List.of(fewer, other, twice, otherType, alias, List.<Record>of())) {
            assertThat(form.isThatOf(form(answer(1, Rcode.NOERROR, 0, records))))
                    .isFalse();
        }
        assertThat(form.isThatOf(form(answer(1, Rcode.SERVFAIL, 0, now)))).isFalse();
        assertThat(form.isThatOf(form(answer(1, Rcode.NOERROR, 1, now))))
                .as("the code in the OPT record, where others have a time")
                .isFalse();
    }

    @Test
    void timesThatCount_areADifference() {
        List<Record> now = addresses(new SplittableRandom(1), 3, 30);
        List<Record> later = addresses(new SplittableRandom(1), 3, 29);
        var form = new Form(answer(1, Rcode.NOERROR, 0, now), true);
        assertThat(form.isThatOf(new Form(answer(2, Rcode.NOERROR, 0, later), true)))
                .isFalse();
        assertThat(form.isThatOf(new Form(answer(2, Rcode.NOERROR, 0, now), true)))
                .isTrue();
    }

    /** Whatever is sent: no exception, and equal only where the bytes are. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void brokenAnswers_areOnlyThemselves(long seed) {
        var chance = new SplittableRandom(seed);
        byte[] whole = answer(1, Rcode.NOERROR, 0, addresses(chance, 10, 30));
        for (int length = 12; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(form(cut).isThatOf(form(cut))).isTrue();
            assertThat(form(cut).isThatOf(form(whole))).isFalse();
        }
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[12 + chance.nextInt(60)];
            chance.nextBytes(noise);
            assertThat(form(noise).isThatOf(form(noise))).isTrue();
            byte[] changed = whole.clone();
            changed[chance.nextInt(changed.length)] ^= (byte) (1 + chance.nextInt(255));
            assertThat(form(changed).isThatOf(form(changed))).isTrue();
        }
    }
}
