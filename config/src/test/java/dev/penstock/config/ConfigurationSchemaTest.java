package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema and the reference that lie in docs/, and what the schema says of documents. */
class ConfigurationSchemaTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```(?:yaml|json)\\n(.*?)^ *```$");
    private static final SchemaCheck SCHEMA = new SchemaCheck();

    /** {@code -Dpenstock.write-docs=true} writes what lies in docs/ anew. */
    private static void compared(String file, String expected) throws IOException {
        if (Boolean.getBoolean("penstock.write-docs")) {
            Files.writeString(DOCS.resolve(file), expected);
        }

        assertThat(Files.readString(DOCS.resolve(file))).isEqualTo(expected);
    }

    @Test
    void X06_schemaInTheDocs_isWhatKeysSay() throws Exception {
        compared("configuration.schema.json", ConfigurationSchema.json());
    }

    @Test
    void X06_referenceInTheDocs_isWhatKeysSay() throws Exception {
        compared("configuration-reference.md", ReferenceText.of(Keys.read()));
    }

    @Test
    void schema_isOneOfItsDraft() {
        var draft = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(draft.validate(ConfigurationSchema.json(), InputFormat.JSON)).isEmpty();
        assertThat(draft.validate("{\"type\": \"duration\"}", InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void fileOfEveryKey_isValid() {
        assertThat(SCHEMA.yaml(Read.everyKey())).isEmpty();
    }

    private record Example(String where, String text) {
        @Override
        public String toString() {
            return where;
        }
    }

    /** Blocks of code that have a key of the first level: what is no configuration has none. */
    static List<Example> examples() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(Path.of("../README.md")));
        try (Stream<Path> files = Files.list(DOCS)) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
        }
        Set<String> first = Keys.read().of("").stream().map(Key::name).collect(Collectors.toSet());
        List<Example> examples = new ArrayList<>();
        for (Path document : documents) {
            String text = Files.readString(document);
            Matcher block = BLOCK.matcher(text);
            while (block.find()) {
                long line = text.substring(0, block.start()).lines().count() + 1;
                String body = block.group(2).replaceAll("(?m)^" + block.group(1), "");
                boolean configuration = body.lines().anyMatch(l -> first.contains(l.replaceAll(":.*", "")))
                        || body.matches("(?s)\\{\\s*\"(listeners|routes|services|defaults)\".*");
                if (configuration) {
                    examples.add(new Example(document.getFileName() + ":" + line, body));
                }
            }
        }
        return examples;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void X06_exampleOfTheDocs_isValid(Example example) {
        assertThat(SCHEMA.yaml(example.text())).as(example.text()).isEmpty();
    }

    @Test
    void examplesOfTheDocs_areFound() throws Exception {
        assertThat(examples().stream().map(Example::where))
                .hasSizeGreaterThan(20)
                .anyMatch(where -> where.startsWith("README.md"))
                .anyMatch(where -> where.startsWith("tls.md"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "threads: ${THREADS}",
                "admin: {address: \"127.0.0.1:${PORT:-9123}\", token: \"${file:token}\", open: \"${OPEN}\"}",
                "drain: ${DRAIN:-10s}",
                "buffers: ${BUFFERS}",
                "transport: ${TRANSPORT}",
                "listeners: [{address: \"${HOST}:80\", noRoute: \"${STATUS}\"}]",
                "catalogs: [\"${CATALOG}\"]",
                "routes: [{service: s, path: \"${PREFIX}/x\", schemes: \"${SCHEME}\"}]"
            })
    void referenceToTheEnvironment_isValid_whateverTheTypeIs(String document) {
        assertThat(SCHEMA.yaml(document)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listners: []",
                "listeners: [{address: \":80\", timeouts: {headers: 1s}}]",
                "listeners: [{address: \":80\", timeouts: {header: 15}}]",
                "listeners: [{address: \":80\", timeouts: {header: 0s}}]",
                "listeners: [{address: \":80\", noRoute: 500}]",
                "listeners: [{name: web}]",
                "listeners: [80]",
                "threads: 0",
                "threads: many",
                "services: {s: {endpoints: [localhost], attempts: 3}}",
                "services: {s: {endpoints: [\"a:1\"], attempts: 11}}",
                "services: {s: {endpoints: [\"a:1\"], hostHeader: kept}}",
                "routes: [{host: a.test}]",
                "routes: [{service: s, middleware: [{body: 1, respond: 503}]}]",
                "admin: {token: short}"
            })
    void X06_documentThatTheReaderRefuses_isRefused(String document) {
        assertThat(Read.faults(document)).isNotEmpty();
        assertThat(SCHEMA.yaml(document)).isNotEmpty();
    }
}
