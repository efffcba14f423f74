package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenerSpecTest {
    private static final ListenerSpec UDP = ListenerSpec.of(":53").withProtocol(Protocol.Udp.defaults());

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1:80, true",
        "localhost:80, 127.0.0.1:80, true",
        "LocalHost:80, localhost:80, true",
        "localhost:80, [::1]:80, false",
        "[::1]:80, [0:0:0:0:0:0:0:1]:80, true",
        "[::ffff:10.0.0.1]:80, 10.0.0.1:80, true",
        "10.0.0.1:80, 10.0.0.2:80, false",
        "10.0.0.1:80, 10.0.0.1:81, false",
        ":80, 10.0.0.1:80, true",
        "0.0.0.0:80, 10.0.0.1:80, true",
        "[0:0::0]:80, 10.0.0.1:80, true",
        "a.test:80, A.test:80, true",
        "a.test:80, b.test:80, false",
    })
    void overlap_isThatOfAddresses_howeverTheyAreWritten(String one, String other, boolean expected) {
        assertThat(ListenerSpec.of(one).overlaps(ListenerSpec.of(other))).isEqualTo(expected);
        assertThat(ListenerSpec.of(other).overlaps(ListenerSpec.of(one))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, localhost:80, true",
        "10.0.0.1:80, a.test:80, true",
        "b.test:80, a.test:80, true",
        "10.0.0.1:80, a.test:81, false",
        "10.0.0.1:80, localhost:80, false",
        "10.0.0.1:80, 10.0.0.2:80, false",
    })
    void overlap_thatMayBe_isThatOfNames_too(String one, String other, boolean expected) {
        assertThat(ListenerSpec.of(one).mayOverlap(ListenerSpec.of(other))).isEqualTo(expected);
        assertThat(ListenerSpec.of(other).mayOverlap(ListenerSpec.of(one))).isEqualTo(expected);
        assertThat(UDP.mayOverlap(ListenerSpec.of("a.test:53"))).isFalse();
    }

    @Test
    void overlap_isNoneOfConnectionsAndDatagrams() {
        assertThat(UDP.overlaps(ListenerSpec.of(":53"))).isFalse();
        assertThat(UDP.overlaps(UDP.withProtocol(Protocol.Udp.defaults().withOneShot(true))))
                .isTrue();
    }

    @Test
    void alike_isAllButWhereItIsDefined() {
        ListenerSpec elsewhere = UDP.withProvenance(new Provenance("file", "listeners[0]"));
        assertThat(UDP.isAlike(elsewhere)).isTrue();
        assertThat(UDP.isAlike(elsewhere.withApart(true))).isFalse();
    }
}
