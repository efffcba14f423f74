package dev.penstock.proxy.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.SeededRandomness;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestReaderRulesTest {
    private static final int INCOMPLETE = -1;

    /** The status a head is refused with, 0 where it is right, -1 where more is to come. */
    private static int scan(RequestReader reader, String head) {
        if (!reader.read(Unpooled.copiedBuffer(head, ISO_8859_1))) {
            return INCOMPLETE;
        }
        HeadFault fault = reader.fault();
        return fault == null
                ? 0
                : switch (fault) {
                    case MALFORMED -> 400;
                    case LINE_TOO_LONG -> 414;
                    case FIELDS_TOO_LARGE -> 431;
                    case VERSION_UNKNOWN -> 505;
                };
    }

    private static int scan(String head) {
        return scan(new RequestReader(100, 200, 5, 64), head);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\nA:b\r\n\r\n",
                "M-SEARCH * HTTP/1.1\r\nA: \r\nB:\tx y \r\n\r\n",
                "GET /?a=[1]|{2}\"<>\\^` HTTP/1.1\r\nX: \u00fc\r\n\r\n"
            })
    void head_thatIsRight_isTaken(String head) {
        assertThat(scan(head)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /\r\n",
                "\r\n\r\nGET / HTTP/1.1\r\n\r\n",
                " GET / HTTP/1.1\r\n",
                "GET  / HTTP/1.1\r\n",
                "GET /  HTTP/1.1\r\n",
                "GET\t/ HTTP/1.1\r\n",
                "GET / HTTP/1.1 \r\n",
                "GET / HTTP/1.1\n",
                "GET / http/1.1\r\n",
                "GET / HTTP/11\r\n",
                "GET / HTTP/1.x\r\n",
                "GET /a#b HTTP/1.1\r\n",
                "GET /\u00fc HTTP/1.1\r\n",
                "GET /\u0000 HTTP/1.1\r\n",
                "G\u0000T / HTTP/1.1\r\n",
                "\u0016\u0003\u0001",
                "GET / HTTP/1.1\r\n A: b\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n c\r\n",
                "GET / HTTP/1.1\r\nA : b\r\n",
                "GET / HTTP/1.1\r\n: b\r\n",
                "GET / HTTP/1.1\r\nA\r\n",
                "GET / HTTP/1.1\r\nA: b\n",
                "GET / HTTP/1.1\r\nA: b\rc\r\n",
                "GET / HTTP/1.1\r\nA: \u0001\r\n",
                "GET / HTTP/1.1\r\nA: \u007f\r\n",
                "GET / HTTP/1.1\r\nA\u00fc: b\r\n",
                "GET / HTTP/1.1\r\n\r\r\n"
            })
    void head_thatIsWrong_isRefusedWith400(String head) {
        assertThat(scan(head)).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.2\r", "GET / HTTP/2.0\r", "PRI * HTTP/2.0\r", "GET / HTTP/0.9\r"})
    void version_thatIsUnknown_isRefusedWith505(String head) {
        assertThat(scan(head)).isEqualTo(505);
    }

    @Test
    void limits_thatAreReached_areTaken_andExceeded_areNot() {
        assertThat(scan("GET /" + "a".repeat(86) + " HTTP/1.1\r\n\r\n")).isZero();
        assertThat(scan("GET /" + "a".repeat(87) + " HTTP/1.1\r\n\r\n")).isEqualTo(414);
        assertThat(scan("GET / HTTP/1.1\r\nA: " + "b".repeat(195) + "\r\n\r\n")).isZero();
        assertThat(scan("GET / HTTP/1.1\r\nA: " + "b".repeat(196) + "\r\n\r\n")).isEqualTo(431);
        assertThat(scan("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(5) + "\r\n")).isZero();
        assertThat(scan("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(6) + "\r\n")).isEqualTo(431);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void head_ofRandomChanges_isNeverTakenWithABareControlCharacter(long seed) {
        var random = new SeededRandomness(seed);
        for (int round = 0; round < 2_000; round++) {
            var head = new StringBuilder("POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n");
            for (int change = random.nextInt(3); change >= 0; change--) {
                head.setCharAt(random.nextInt(head.length()), (char) random.nextInt(256));
            }
            if (scan(head.toString()) == 0) {
                String rest = head.toString().replace("\r\n", "");
                assertThat(rest.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f))
                        .as("round %d: %s", round, head)
                        .isTrue();
            }
        }
    }

    @Test
    void reset_afterAHead_isReadyForTheNext() {
        var reader = new RequestReader(100, 200, 5, 64);
        assertThat(scan(reader, "GET / HTTP/1.1\r\nA: b\r\n\r\n")).isZero();
        reader.reset(1);

        assertThat(reader.begun()).isFalse();
        assertThat(scan(reader, "GET / HTTP/1.1\r\nA: b\r\n")).isEqualTo(INCOMPLETE);
        assertThat(reader.begun()).isTrue();
        assertThat(scan(reader, "\r\n")).isZero();
    }
}
