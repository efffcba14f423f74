package dev.penstock.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.config.AccessFormat;
import dev.penstock.config.AccessLogSettings;
import dev.penstock.proxy.Ending;
import dev.penstock.proxy.ExchangeRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLineTest {
    private static final Instant TIME = Instant.parse("2026-11-22T23:58:01.007Z");

    private static String line(String format, boolean query, ExchangeRecord record) {
        var settings = new AccessLogSettings(true, AccessFormat.of(format), "stdout", query, Duration.ZERO, 1);
        var line = new LineBuffer();
        new AccessLine(settings).append(line, record, TIME.toEpochMilli());
        return line.toString();
    }

    @Test
    void S06_json_saysAllThatThereIs_andNoQueryUnlessWanted() {
        ExchangeRecord record = Ended.request("a.test", "/p", "token=s3cret", "http://b.test/x?token=s3cret", "curl/8");

        assertThat(line("json", false, record))
                .isEqualTo("{\"time\":\"2026-11-22T23:58:01.007Z\",\"listener\":\"web\",\"protocol\":\"HTTP/1.1\","
                        + "\"client\":\"192.0.2.7\",\"requestId\":\"id-1\",\"method\":\"GET\",\"host\":\"a.test\","
                        + "\"path\":\"/p\",\"status\":200,\"service\":\"site\",\"endpoint\":\"10.0.0.1:80\","
                        + "\"attempts\":1,\"receivedBytes\":5,\"sentBytes\":1234,\"firstByteMillis\":7.000,"
                        + "\"durationMillis\":12.345,\"end\":\"complete\",\"referer\":\"http://b.test/x\","
                        + "\"userAgent\":\"curl/8\"}\n");
        assertThat(line("json", true, record))
                .contains("\"query\":\"token=s3cret\"")
                .contains("\"referer\":\"http://b.test/x?token=s3cret\"");
    }

    @Test
    void S06_combined_isThatOfWebServers() {
        ExchangeRecord record = Ended.request("a.test", "/p", "q=1", "", "curl/8");

        assertThat(line("combined", false, record))
                .isEqualTo(
                        "192.0.2.7 - - [22/Nov/2026:23:58:01 +0000] \"GET /p HTTP/1.1\" 200 1234 \"-\" \"curl/8\"\n");
        assertThat(line("combined", true, record)).contains("\"GET /p?q=1 HTTP/1.1\"");
    }

    @Test
    void S06_combined_ofARequestThatCouldNotBeRead_hasADash() {
        var unread = Ended.record(0, "", "", "", "", "", "", 400, Duration.ZERO, Ending.By.PROXY);

        assertThat(line("combined", false, unread)).contains("\"-\" 400 ");
        assertThat(line("json", false, unread)).doesNotContain("method").contains("\"end\":\"proxy.body\"");
    }

    @Test
    void S06_quotesBackslashesAndControlCharacters_areEscaped() {
        ExchangeRecord record =
                Ended.request("a.test", "/\u001b[2J\\\"", "", "x\" 200 1 \"y", "a\r\nb\u009b\u00e9\u2028");

        assertThat(line("{path} \"{userAgent}\" \"{referer}\"", false, record))
                .isEqualTo("/\\x1b[2J\\x5c\\x22 \"a\\x0d\\x0ab\\x9b\\xe9?\" \"x\\x22 200 1 \\x22y\"\n");
        assertThat(line("json", false, record))
                .contains("\"path\":\"/\\u001b[2J\\\\\\\"\"")
                .contains("\"userAgent\":\"a\\u000d\\u000ab\\u009b\\u00e9\\u2028\"");
    }

    @Test
    void S06_blanks_stayInQuotes_andEndNoFieldOutsideOfThem() {
        ExchangeRecord record = Ended.request("a.test", "/p", "", "a b", "c d");

        assertThat(line(
                        "{status} {userAgent} \"{userAgent} {referer}\" {referer} [{commonTime}] {request}",
                        false,
                        record))
                .isEqualTo("200 c\\x20d \"c d a b\" a\\x20b [22/Nov/2026:23:58:01 +0000] GET /p HTTP/1.1\n");
    }

    @Test
    void S06_times_areThoseOfEachRecord_alsoWithinASecondAndBefore1970() {
        var settings = AccessLogSettings.defaults().withFormat(AccessFormat.of("{time} {commonTime}"));
        var format = new AccessLine(settings);
        var lines = new LineBuffer();
        ExchangeRecord record = Ended.request("a.test", "/p", "", "", "");
        for (String time :
                new String[] {"2026-11-22T23:58:01.007Z", "2026-11-22T23:58:01.999Z", "1969-12-31T23:59:59.998Z"}) {
            format.append(lines, record, Instant.parse(time).toEpochMilli());
        }

        assertThat(lines.toString().lines())
                .containsExactly(
                        "2026-11-22T23:58:01.007Z 22/Nov/2026:23:58:01 +0000",
                        "2026-11-22T23:58:01.999Z 22/Nov/2026:23:58:01 +0000",
                        "1969-12-31T23:59:59.998Z 31/Dec/1969:23:59:59 +0000");
    }

    @Test
    void S06_numbers_areWholeHoweverLargeTheyAre_andTimesHaveThreeDigits() {
        var line = new LineBuffer();
        for (long number : new long[] {0, 9, 10, 1_234, Long.MAX_VALUE}) {
            line.append(number);
            line.append(' ');
        }
        line.append(7, 3);

        assertThat(line).hasToString("0 9 10 1234 9223372036854775807 007");
        assertThat(line(
                        "{durationMillis} {connectMillis}",
                        false,
                        Ended.of("/", 200, Duration.ofNanos(1_000), Ending.By.NOBODY)))
                .isEqualTo("0.001 -\n");
    }

    @Test
    void S06_fieldsThatSayTheSameLineAfterLine_sayWhatIsNewAtOnce() {
        String[] agents = {"a\"", "a\"", "a\"", "b", "", "b", "b", "b", "", "a\"", "c".repeat(300), "c".repeat(300)};
        for (String format : new String[] {"json", "{status}+{userAgent} \"{userAgent}\"!"}) {
            var settings = AccessLogSettings.defaults().withFormat(AccessFormat.of(format));
            var oneAfterTheOther = new AccessLine(settings);
            for (String agent : agents) {
                ExchangeRecord record = Ended.request("a.test", "/p", "", "", agent);
                var line = new LineBuffer();
                oneAfterTheOther.append(line, record, TIME.toEpochMilli());

                assertThat(line).hasToString(line(format, false, record));
            }
        }
        assertThat(line("{status}+{userAgent} \"{userAgent}\"!", false, Ended.request("a", "/", "", "", "")))
                .isEqualTo("200+- \"-\"!\n");
    }

    @Test
    void S06_lineOfAnyLength_isWhole() {
        String path = "/\u00e9" + "x".repeat(100_000) + "\"" + "y".repeat(100_000);

        assertThat(line("{path} {status}", false, Ended.of(path, 200, Duration.ZERO, Ending.By.NOBODY)))
                .isEqualTo("/\\xe9" + "x".repeat(100_000) + "\\x22" + "y".repeat(100_000) + " 200\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void S06_anyBytesOfAClient_stayOneLineOfAsciiWithTheSameFields(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            String path = text(random);
            String agent = text(random);
            ExchangeRecord record = Ended.request(text(random), path, text(random), text(random), agent);

            for (String format : new String[] {"json", "combined", "{path} \"{userAgent}\" {status}"}) {
                String line = line(format, true, record);
                assertThat(line).matches("[ -~]+\n");
                if (format.equals("json")) {
                    JsonNode read = new ObjectMapper().readTree(line);
                    assertThat(read.path("path").asText()).isEqualTo(path);
                    assertThat(read.path("userAgent").asText()).isEqualTo(agent);
                    assertThat(read.path("status").asInt()).isEqualTo(200);
                } else if (format.equals("combined")) {
                    assertThat(line)
                            .matches("192\\.0\\.2\\.7 - - \\[[^]]+] \"[^\"]*\" 200 1234 \"[^\"]*\" \"[^\"]*\"\n");
                }
            }
        }
    }

    /** One byte a character, as heads are read; often what matters to formats. */
    private static String text(SplittableRandom random) {
        String evil = "\"\\\r\n\t {}',:[]\u0000\u001b\u007f\u0085";
        var text = new StringBuilder();
        for (int length = random.nextInt(20); length > 0; length--) {
            text.append(random.nextBoolean() ? evil.charAt(random.nextInt(evil.length())) : (char) random.nextInt(256));
        }
        return text.toString();
    }
}
