package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessFormatTest {
    @Test
    void S06_template_isReadIntoTextsAndFields_doubleBracesAreBraces() {
        AccessFormat format = AccessFormat.of("{{{method}}} {path}");

        assertThat(format.isJson()).isFalse();
        assertThat(format.parts())
                .containsExactly(
                        new AccessFormat.Part("{", null),
                        new AccessFormat.Part("", AccessField.METHOD),
                        new AccessFormat.Part("} ", null),
                        new AccessFormat.Part("", AccessField.PATH));
        assertThat(AccessFormat.of("json")).isEqualTo(AccessFormat.JSON);
        assertThat(AccessFormat.of("combined")).isEqualTo(AccessFormat.COMBINED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jsno | \"jsno\" (expected: json, combined, or a template with fields as in \"{method} {path} {status}\"); did you mean \"json\"?",
                "{stauts} | did you mean \"status\"?",
                "{} | field \"\" (expected: one of",
                "{status | a template with a { that is not closed (expected: {field} or {{)",
                "x} {status} | a template with a } of its own (expected: }} for a brace that is none of a field)",
                "{status}é | a template with character 233 (expected: visible ASCII characters, blanks and tabs)",
            })
    void S06_formatThatIsNone_isRefused_sayingWhatWouldBeRight(String text, String message) {
        assertThatThrownBy(() -> AccessFormat.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, '\n', '\r', 27, 127})
    void S06_controlCharacterOfATemplate_isRefused(int character) {
        assertThatThrownBy(() -> AccessFormat.of("{status}" + (char) character))
                .hasMessageStartingWith("a template with character " + character);
    }

    @Test
    void S06_settings_areAFormatAloneOrAll() {
        assertThat(access("off").enabled()).isFalse();
        assertThat(access("{}").enabled()).isTrue();
        assertThat(access("combined")).isEqualTo(on().withFormat(AccessFormat.COMBINED));
        assertThat(access("{format: \"{status}\", to: logs/a.log}"))
                .isEqualTo(on().withFormat(AccessFormat.of("{status}"))
                        .withTo(Path.of("logs", "a.log").toString()));
        assertThat(Read.reader()
                        .read("test.yaml", "listeners: [127.0.0.1:0]")
                        .process()
                        .log()
                        .access())
                .isEqualTo(AccessLogSettings.defaults());
    }

    @Test
    void S06_faults_sayWhereAndWhatWouldBeRight() {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", "log: {access: {format: jsno, sample: -1, slow: 3}}"))
                .hasSize(3)
                .anySatisfy(fault -> assertThat(fault)
                        .contains("log.access.format: \"jsno\" (expected: json, combined, or")
                        .endsWith("did you mean \"json\"?"))
                .anySatisfy(fault ->
                        assertThat(fault).contains("log.access.sample: -1 (expected: a whole number in 0..1000000)"))
                .anySatisfy(fault -> assertThat(fault).contains("log.access.slow: 3 (expected: the unit is missing"));
    }

    @Test
    void S06_fieldsOfTheDocument_areThese() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../docs/access-log.md")).stream()
                .dropWhile(line -> !line.equals("| field | meaning |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(rows)
                .isEqualTo(Arrays.stream(AccessField.values())
                        .map(field -> "| `" + field.token() + "` | " + field.meaning() + " |")
                        .toList());
    }

    private static AccessLogSettings on() {
        return AccessLogSettings.defaults().withEnabled(true);
    }

    private static AccessLogSettings access(String yaml) {
        return Read.reader()
                .read("test.yaml", "listeners: [127.0.0.1:0]\nlog: {access: " + yaml + "}")
                .process()
                .log()
                .access();
    }
}
