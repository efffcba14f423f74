package dev.penstock.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.SeededRandomness;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    private static final List<String> NAMES = List.of(
            "Host", "hOST", "Via", "Cookie", "X-Own", "x-own", "Accept", "TE", "X-Forwarded-For", "Set-Cookie", "Own");

    /** Scanned from lines, as a reader does. */
    static Fields scanned(String lines) {
        byte[] bytes = (lines + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        var fields = new Fields();
        fields.moveTo(bytes, bytes.length);
        var scanner = new FieldScanner(64 << 10, 1000);
        assertThat(scanner.scan(bytes, 0, bytes.length, fields)).isEqualTo(bytes.length);
        return fields;
    }

    private static String written(Fields fields) {
        var out = Unpooled.buffer();
        fields.write(out);
        assertThat(fields.length()).isGreaterThanOrEqualTo(out.readableBytes());
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String written(HttpHeaders headers) {
        var text = new StringBuilder();
        headers.forEach(field -> text.append(field.getKey())
                .append(": ")
                .append(field.getValue())
                .append("\r\n"));
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4}) // seeds
    void anyChanges_leaveWhatTheyLeaveInAMap(long seed) {
        var random = new SeededRandomness(seed);
        for (int round = 0; round < 2_000; round++) {
            var lines = new StringBuilder();
            HttpHeaders expected = new DefaultHttpHeaders();
            for (int i = random.nextInt(20); i > 0; i--) {
                String name = NAMES.get(random.nextInt(NAMES.size()));
                String value = "v" + random.nextInt(100);
                lines.append(name).append(random.nextInt(4) == 0 ? ":" : ": ").append(value);
                lines.append(random.nextInt(8) == 0 ? " \t\r\n" : "\r\n");
                expected.add(name, value);
            }
            Fields fields = scanned(lines.toString());
            for (int i = random.nextInt(12); i > 0; i--) {
                var name = FieldName.of(NAMES.get(random.nextInt(NAMES.size())));
                String value = "w".repeat(random.nextInt(40)) + random.nextInt(100);
                switch (random.nextInt(3)) {
                    case 0 -> {
                        fields.set(name, value);
                        expected.set(name.toString(), value);
                    }
                    case 1 -> {
                        fields.add(name, value);
                        expected.add(name.toString(), value);
                    }
                    default -> {
                        fields.remove(name);
                        expected.remove(name.toString());
                    }
                }
            }
            assertThat(written(fields)).isEqualTo(written(expected));
            assertThat(fields.size()).isEqualTo(expected.size());
            assertThat(fields.isEmpty()).isEqualTo(expected.isEmpty());
            for (String name : NAMES) {
                assertThat(fields.get(FieldName.of(name))).isEqualTo(expected.get(name));
                assertThat(fields.get(name)).isEqualTo(expected.get(name));
                assertThat(fields.all(FieldName.of(name))).isEqualTo(expected.getAll(name));
                assertThat(fields.contains(FieldName.of(name))).isEqualTo(expected.contains(name));
            }
        }
    }

    @Test
    void someNames_areTakenOutAtOnce() {
        Fields fields = scanned("Host: a\r\nConnection: close\r\nX: y\r\nTE: trailers\r\nconnection: x\r\n");

        fields.removeAll(FieldNames.of(FieldName.of("connection"), FieldName.of("te"), FieldName.of("upgrade")));

        assertThat(written(fields)).isEqualTo("Host: a\r\nX: y\r\n");
        assertThat(fields.contains(FieldName.of("TE"))).isFalse();
        assertThat(fields.size()).isEqualTo(2);
    }

    @Test
    void readyMadeLine_isTheFieldThatItWasMadeOf() {
        Fields fields = scanned("X-Own: theirs\r\nHost: a\r\nx-own: too\r\n");
        for (var name : List.of(FieldName.of("X-Own"), FieldName.HOST)) {
            fields.set(FieldLine.of(name, "ours \u00e4"));
            assertThat(fields.all(name)).containsExactly("ours \u00e4");
        }
        fields.add(FieldName.of("X-Own"), "more");
        assertThat(written(fields)).isEqualTo("X-Own: ours \u00e4\r\nHost: ours \u00e4\r\nX-Own: more\r\n");
        fields.remove("host");
        assertThat(fields.names()).containsExactly("X-Own", "X-Own");
        assertThatThrownBy(() -> FieldLine.of(FieldName.HOST, "a\r\nb")).hasMessageContaining("control character");
    }

    @Test
    void tokens_areFoundInAnyFieldOfTheName() {
        Fields fields = scanned("Connection: keep-alive, \tUpgrade \r\nConnection: x,CLOSE\r\n");
        var name = FieldName.of("connection");

        assertThat(List.of("upgrade", "close", "keep-alive", "x")).allMatch(token -> fields.containsToken(name, token));
        assertThat(List.of("clos", "", "keep", "y")).noneMatch(token -> fields.containsToken(name, token));
    }

    @Test
    void oddNames_areNoticed() {
        assertThat(scanned("X_Y: 1\r\n").hasOddNames()).isTrue();
        assertThat(scanned("X.Y: 1\r\n").hasOddNames()).isTrue();
        assertThat(scanned("X-Y: 1_.\r\n").hasOddNames()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\0", "a\nb", "\u0100"})
    void badValues_areRefusedAndLeaveNothing(String value) {
        var fields = scanned("Host: a\r\n");

        assertThatThrownBy(() -> fields.add(FieldName.of("X"), value)).isInstanceOf(IllegalArgumentException.class);

        assertThat(written(fields)).isEqualTo("Host: a\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "\u00e4", "a\n"})
    void badNames_areRefused(String name) {
        assertThatThrownBy(() -> FieldName.of(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void names_areTheSameInAnyCase_andNothingElseIs() {
        var name = FieldName.of("X-Own_~");
        for (String same : List.of("x-own_~", "X-OWN_~")) {
            assertThat(scanned(same + ": 1\r\n").get(name)).isEqualTo("1");
        }
        for (String other : List.of("X-Own\u007f~".replace('\u007f', '^'), "X-Own_^", "X-Own", "X-Own_~~")) {
            assertThat(scanned(other + ": 1\r\n").get(name)).isNull();
        }
        assertThat(name.toString().toLowerCase(Locale.ROOT)).isEqualTo("x-own_~");
    }
}
