package dev.penstock.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
    private static final String ALPHABET = "0123456789abcdefAF:::::....%[]/-gx \u0661";

    private static String address(String text) {
        return IpLiteral.parse(text).map(InetAddress::getHostAddress).orElse("none");
    }

    @Test
    void parse_literals_givesTheirAddress() {
        assertThat(address("10.0.0.255")).isEqualTo("10.0.0.255");
        assertThat(address("0.0.0.0")).isEqualTo("0.0.0.0");
        assertThat(address("::")).isEqualTo("0:0:0:0:0:0:0:0");
        assertThat(address("::1")).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(address("2001:DB8::7:8")).isEqualTo("2001:db8:0:0:0:0:7:8");
        assertThat(address("1:2:3:4:5:6:7:8")).isEqualTo("1:2:3:4:5:6:7:8");
        assertThat(address("1:2:3:4:5:6:7::")).isEqualTo("1:2:3:4:5:6:7:0");
        assertThat(address("64:ff9b::10.0.0.1")).isEqualTo("64:ff9b:0:0:0:0:a00:1");
        assertThat(address("1:2:3:4:5:6:10.0.0.1")).isEqualTo("1:2:3:4:5:6:a00:1");
        assertThat(address("::ffff:10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(address("fe80::1%7")).isEqualTo("fe80:0:0:0:0:0:0:1%7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ".:",
                ".:1",
                ":",
                ":::",
                "1:",
                ":1",
                "::1::",
                "1::2::3",
                "12345::",
                "g::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "10.0.0.1::",
                "::10.0.0.1:1",
                "1:2:3:4:5:6:7:10.0.0.1",
                "10.0.0",
                "10.0.0.256",
                "010.0.0.1",
                "10.0.0.1.",
                "4294967295",
                "1.2.3.4%1",
                "::1%",
                "::1%a b",
                "%1",
                "[::1]",
                "a.b",
                "abc",
                "\u0661.0.0.1"
            })
    void parse_everythingElse_givesNone(String text) {
        assertThat(address(text)).isEqualTo("none");
    }

    // The JDK looks up every text whose first character is neither a digit nor a colon, and every one without a colon
    // that
    // is not four decimal parts.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4}) // seeds
    void bytes_anyText_takesOnlyWhatTheJdkReadsWithoutALookUp(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        int taken = 0;
        for (int i = 0; i < 200_000; i++) {
            String text = text(random);
            byte[] bytes = IpLiteral.bytes(text);
            if (bytes != null) {
                taken++;
                assertThat(text).matches("[0-9a-fA-F:][0-9a-fA-F:.]*");
                assertThat(text).matches(bytes.length == 16 ? ".*:.*" : "[0-9]{1,3}([.][0-9]{1,3}){3}");
                assertThat(InetAddress.getByAddress(bytes)).isEqualTo(InetAddress.getByName(text));
            } else if (text.matches("[0-9a-fA-F:][^.%]*:[^.%]*") && !text.matches(".*[0-9a-fA-F]{5}.*")) {
                // Of what is left out here the JDK takes some: groups with more zeros than there is room for.
                assertThat(readByTheJdk(text)).as(text).isFalse();
            }
        }
        assertThat(taken).isGreaterThan(100);
    }

    private static boolean readByTheJdk(String text) {
        try {
            return InetAddress.getByName(text) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String text(SplittableRandom random) {
        var text = new StringBuilder();
        int length = random.nextInt(14);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
