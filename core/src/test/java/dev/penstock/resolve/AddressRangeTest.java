package dev.penstock.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    private static boolean contains(String range, String address) {
        return AddressRange.parse(range).contains(IpLiteral.parse(address).orElseThrow());
    }

    @Test
    void contains_goesByTheLeadingBits() {
        assertThat(contains("10.0.0.0/8", "10.255.0.1")).isTrue();
        assertThat(contains("10.0.0.0/8", "11.0.0.1")).isFalse();
        assertThat(contains("10.0.0.128/25", "10.0.0.127")).isFalse();
        assertThat(contains("10.0.0.1", "10.0.0.1")).isTrue();
        assertThat(contains("2001:db8::/33", "2001:db8:7fff::1")).isTrue();
        assertThat(contains("2001:db8::/33", "2001:db8:8000::1")).isFalse();
        assertThat(contains("::ffff:10.0.0.0/8", "10.1.2.3")).isTrue();
        assertThat(contains("0.0.0.0/0", "::1")).isFalse();
    }

    // Of these the JDK would look up the first three as names.
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".:",
                "256.1.1.1",
                "1.1.1.999/8",
                "010.0.0.1",
                "::1%1",
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/",
                "a",
                ""
            })
    void parse_whatIsNoLiteral_isRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressRange.parse(text))
                .withMessageStartingWith("address range: \"" + text + "\" (expected: ");
    }
}
