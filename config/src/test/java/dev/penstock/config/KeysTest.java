package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of each key holds of the reader, and of the schema. */
class KeysTest {
    private static final Pattern UNKNOWN = Pattern.compile("unknown key \\(expected: one of ([^)]*)\\)");
    private static final Keys KEYS = Keys.read();
    private static final KeyDocuments DOCUMENTS = new KeyDocuments();
    private static final SchemaCheck SCHEMA = new SchemaCheck();

    static Stream<String> keys() {
        return KEYS.all().stream().map(Key::path);
    }

    private static Key key(String path) {
        return KEYS.all().stream()
                .filter(key -> key.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    static Stream<String> owners() {
        Set<String> owners = new LinkedHashSet<>();
        KEYS.all().forEach(key -> owners.add(key.owner()));
        return owners.stream();
    }

    private static List<String> faults(String document) {
        return Read.faultsOf("penstock.json", document);
    }

    /** Asked of the reader itself: an unknown key makes it name the known ones. */
    private static List<String> known(String owner) {
        String document = DOCUMENTS.with(owner.isEmpty() ? "nope" : owner + ".nope", true);
        List<String> known = faults(document).stream()
                .filter(fault -> fault.contains("nope: unknown key"))
                .map(UNKNOWN::matcher)
                .filter(Matcher::find)
                .flatMap(matcher -> Stream.of(matcher.group(1).split(", ", -1)))
                .toList();
        assertThat(SCHEMA.json(document)).as(document).isNotEmpty();
        return known;
    }

    private static List<String> names(String owner) {
        return KEYS.of(owner).stream().map(Key::name).toList();
    }

    @ParameterizedTest
    @MethodSource("owners")
    void X06_keysTold_areThoseThatTheReaderKnows_andNoOther(String owner) {
        assertThat(known(owner)).containsExactlyInAnyOrderElementsOf(bare(owner));
    }

    /** Of a key whose items or values have keys of their own only the name. */
    private static List<String> bare(String owner) {
        return names(owner).stream().distinct().toList();
    }

    @Test
    void keysOfDefaults_areThoseTold_butSome() {
        for (Key key : KEYS.of("defaults")) {
            var settings = (KeyType.Settings) key.type();
            List<String> expected = names(settings.of()).stream()
                    .filter(name -> !settings.but().contains(name))
                    .toList();

            assertThat(known(key.path())).as(key.path()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void X06_valuesAtTheBoundsTold_areTakenByReaderAndSchema(String path) {
        for (Object value : KeySamples.good(key(path).type())) {
            String document = DOCUMENTS.with(path, value);

            assertThat(faults(document)).as(document).isEmpty();
            assertThat(SCHEMA.json(document)).as(document).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void X06_valuesOfAnotherKind_orBeyondTheBoundsTold_areRefusedByReaderAndSchema(String path) {
        for (Object value : KeySamples.bad(key(path).type())) {
            String document = DOCUMENTS.with(path, value);

            assertThat(faults(document)).as(document).isNotEmpty();
            assertThat(SCHEMA.json(document)).as(document).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void durationBeyondTheBoundsTold_isRefusedByTheReader(String path) {
        if (key(path).type() instanceof KeyType.Time time && !time.most().isEmpty()) {
            for (String beyond : List.of("1ms", "400d")) {
                boolean within = beyond.equals("1ms") && time.least().isEmpty();

                assertThat(faults(DOCUMENTS.with(path, beyond)).isEmpty())
                        .as(path + ": " + beyond)
                        .isEqualTo(within);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void X06_defaultTold_isWhatHoldsWithoutTheKey(String path) {
        Key key = key(path);
        if (!key.literal().isEmpty()) {
            String written = DOCUMENTS.with(path, "DEFAULT").replace("\"DEFAULT\"", json(key.literal()));

            assertThat(read(written)).as(written).isEqualTo(read(DOCUMENTS.with(path, null)));
        }
    }

    private static String json(String literal) {
        if (literal.startsWith("[")) {
            return literal.replaceAll("[a-zA-Z]+", "\"$0\"");
        }
        return literal.matches("-?[0-9]+|true|false") ? literal : '"' + literal + '"';
    }

    private static Configuration read(String document) {
        return Read.reader().read("penstock.json", document);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void requiredKey_isRefusedWhereItLacks_byReaderAndSchema(String path) {
        if (key(path).required()) {
            String document = DOCUMENTS.with(path, null);

            assertThat(faults(document)).as(document).anyMatch(fault -> fault.contains("missing"));
            assertThat(SCHEMA.json(document)).as(document).isNotEmpty();
        }
    }
}
