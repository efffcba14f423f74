package dev.penstock.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
    private static Fields fields(String... namesAndValues) {
        var lines = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.append(namesAndValues[i])
                    .append(": ")
                    .append(namesAndValues[i + 1])
                    .append("\r\n");
        }
        return FieldsTest.scanned(lines.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+1", "-1", "1,1", "1 1", "0x1", "1234567890123456789", "\u00b9"})
    void length_thatIsOdd_isNone(String length) {
        Fields fields = fields("Content-Length", length);

        assertThat(Framing.ofRequest(fields, false)).isNull();
        assertThat(Framing.ofResponse(fields, false, 200, false)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"identity", "gzip, chunked", "chunked, chunked", "xchunked", "", "chunked;q=1", "\"chunked\""})
    void coding_otherThanChunked_isNone(String coding) {
        Fields fields = fields("Transfer-Encoding", coding);

        assertThat(Framing.ofRequest(fields, false)).isNull();
        assertThat(Framing.ofResponse(fields, false, 200, false)).isNull();
    }

    @Test
    void framing_thatCanBeReadInTwoWays_isNone() {
        for (Fields fields : new Fields[] {
            fields("Content-Length", "1", "Transfer-Encoding", "chunked"),
            fields("Content-Length", "1", "content-length", "1"),
            fields("Transfer-Encoding", "chunked", "transfer-encoding", "chunked"),
        }) {
            assertThat(Framing.ofRequest(fields, false)).isNull();
            assertThat(Framing.ofResponse(fields, false, 200, false)).isNull();
        }
        assertThat(Framing.ofRequest(fields("Transfer-Encoding", "chunked"), true))
                .isNull();
        assertThat(Framing.ofResponse(fields("Transfer-Encoding", "chunked"), true, 200, false))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"Content-Length,7,LENGTH,LENGTH", "Transfer-Encoding,CHUNKED,CHUNKED,CHUNKED", "A,b,NONE,CLOSE"})
    void body_endsAsItsFieldsSay(String name, String value, Framing.Kind ofRequest, Framing.Kind ofResponse) {
        Fields fields = fields(name, value);

        assertThat(Framing.ofRequest(fields, false)).extracting("kind").isEqualTo(ofRequest);
        assertThat(Framing.ofResponse(fields, false, 200, false))
                .extracting("kind")
                .isEqualTo(ofResponse);
    }

    @ParameterizedTest
    @CsvSource({"200,true", "204,false", "304,false", "100,false", "101,false"})
    void answers_thatHaveNoBody_haveNone_whateverTheySay(int status, boolean toHead) {
        for (String[] field : new String[][] {{"Content-Length", "7"}, {"Transfer-Encoding", "chunked"}, {"A", "b"}}) {
            assertThat(Framing.ofResponse(fields(field), false, status, toHead)).isEqualTo(Framing.NONE);
        }
    }

    @Test
    void length_ofEighteenDigits_isTaken() {
        assertThat(Framing.ofRequest(fields("Content-Length", "9".repeat(18)), false))
                .isEqualTo(new Framing(Framing.Kind.LENGTH, 999_999_999_999_999_999L));
    }
}
