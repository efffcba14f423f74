package dev.penstock.examples;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents say what is true: listed tests exist, shown code is compiled, linked files are there. */
final class DocumentsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern ROW_TEST = Pattern.compile("void (([A-Z]\\d\\d)_\\w+)\\(");
    private static final Pattern LISTED = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#]+)");

    @Test
    void capabilities_listTestsThatExist() {
        Map<String, String> tests = new HashMap<>(); // by simple name; of the same name, all
        sources("src/test")
                .forEach(file ->
                        tests.merge(file.getFileName().toString().replace(".java", ""), read(file), String::concat));
        List<String> missing = LISTED.matcher(read(ROOT.resolve("docs/capabilities.md")))
                .results()
                .filter(listed -> !tests.getOrDefault(listed.group(1), "").contains("void " + listed.group(2) + "("))
                .map(MatchResult::group)
                .toList();

        assertThat(missing).as("listed in docs/capabilities.md, in no test").isEmpty();
    }

    @Test
    void capabilities_nameEveryRowThatATestShows() {
        Set<String> shown = sources("src/test")
                .flatMap(file -> ROW_TEST.matcher(read(file)).results())
                .map(test -> test.group(2))
                .collect(toSet());
        String capabilities = read(ROOT.resolve("docs/capabilities.md"));

        Set<String> unlisted = new TreeSet<>(shown);
        unlisted.removeIf(row -> capabilities.contains("| " + row + " |"));
        assertThat(unlisted)
                .as("rows with a test and no line in docs/capabilities.md")
                .isEmpty();
    }

    @Test
    void markdown_showsOnlyCodeThatTheExamplesCompile() {
        String examples = sources("src")
                .map(DocumentsTest::read)
                .map(DocumentsTest::squeezed)
                .collect(joining("\n"));

        List<String> uncompiled = markdown()
                .flatMap(file -> JAVA_BLOCK.matcher(read(file)).results())
                .map(block -> block.group(1))
                .filter(code -> !examples.contains(squeezed(code)))
                .toList();

        assertThat(uncompiled)
                .as("Java shown in a document that stands in no source file")
                .isEmpty();
    }

    @Test
    void markdown_linksToFilesThatExist() {
        List<String> broken = new ArrayList<>();
        markdown()
                .forEach(file -> LINK.matcher(read(file))
                        .results()
                        .map(link -> link.group(1))
                        .filter(link -> !Files.exists(file.resolveSibling(link)))
                        .forEach(link -> broken.add(ROOT.relativize(file) + " -> " + link)));

        assertThat(broken).isEmpty();
    }

    private static String squeezed(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(joining("\n"));
    }

    private static Stream<Path> sources(String below) {
        return files(".java").filter(file -> file.toString().contains("/" + below + "/"));
    }

    private static Stream<Path> markdown() {
        return files(".md");
    }

    private static Stream<Path> files(String ending) {
        try (Stream<Path> walk = Files.walk(ROOT)) {
            return walk
                    .filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !ROOT.relativize(file)
                            .toString()
                            .matches("(.*/)?(target|node_modules|\\.git|\\.penstock)/.*"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
