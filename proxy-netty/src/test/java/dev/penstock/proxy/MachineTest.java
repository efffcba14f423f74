package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the machine calls itself, as {@code X-Forwarded-Server}, {@code Via} and {@code Forwarded} tell it. */
class MachineTest {
    @ParameterizedTest
    @ValueSource(strings = {"web-1", "edge_2", "Edge.Example.COM", "10.0.0.1"})
    void nameOfAHost_isTold(String name) {
        assertThat(Machine.ofHeader(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "my host",
                "h\u00f4te",
                "a\r\nX-Evil: 1",
                "a\n",
                "a\u0000",
                "a,b",
                "a;b=c",
                "\"a\"",
                "a(b)",
                "a/b"
            })
    void nameThatNoHeaderHolds_isNotTold(String name) {
        assertThat(Machine.ofHeader(name)).isEqualTo("localhost");
    }

    @Test
    void nameOfThisMachine_isOneOfAHeader() {
        assertThat(Machine.name()).matches("[0-9A-Za-z._-]+");
    }
}
