package dev.penstock.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs guided by coverage, by Jazzer in a process of its own: a short one of all targets together, with {@code -Dfuzz.each=} one
 * of so many inputs of each, both from a fixed seed, and with {@code -Dfuzz.seconds=} a long one of each, whose inputs stay in
 * {@code target/fuzz} from run to run.
 */
class GuidedRunTest {
    private static final int RUNS = Integer.getInteger("fuzz.runs", 1_000);
    private static final int EACH = Integer.getInteger("fuzz.each", 0);
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 0);
    private static final String TARGET = System.getProperty("fuzz.target", "");
    private static final Path TEXT = Path.of("target", "fuzz");

    @TempDir
    Path directory;

    /** Each input of the corpus with the number of its target in front. */
    @Test
    void shortRun_ofAllTargets_findsNothing() throws Exception {
        List<FuzzTarget> targets = List.of(FuzzTarget.values());
        for (FuzzTarget target : targets) {
            for (Path file : Corpus.files(target)) {
                byte[] input = Corpus.read(file);
                byte[] numbered = new byte[input.length + 1];
                numbered[0] = (byte) targets.indexOf(target);
                System.arraycopy(input, 0, numbered, 1, input.length);
                Files.write(directory.resolve(target.word() + "-" + file.getFileName()), numbered);
            }
        }
        run("", "-runs=" + RUNS, "-seed=1", directory.toString());
    }

    /** On a slow machine it makes fewer: a target has some seconds, see {@link FuzzTarget#shortSeconds}. */
    @ParameterizedTest
    @EnumSource
    void shortRun_ofEachTarget_findsNothing(FuzzTarget target) throws Exception {
        assumeThat(EACH).as("-Dfuzz.each").isPositive();
        run(
                target.word(),
                "-runs=" + EACH,
                "-seed=1",
                "-max_total_time=" + target.shortSeconds(),
                directory.toString(),
                Corpus.directory(target).toString());
    }

    @ParameterizedTest
    @EnumSource
    void longRun_ofEachTarget_findsNothing(FuzzTarget target) throws Exception {
        assumeThat(SECONDS).as("-Dfuzz.seconds").isPositive();
        assumeThat(TARGET.isEmpty() || TARGET.equals(target.word())).isTrue();
        Path found = Files.createDirectories(TEXT.resolve(target.word()).toAbsolutePath());
        run(
                target.word(),
                "-max_total_time=" + SECONDS,
                found.toString(),
                Corpus.directory(target).toString());
    }

    private static void run(String target, String... options) throws IOException, InterruptedException {
        Path text = Files.createDirectories(TEXT).resolve((target.isEmpty() ? "all" : target) + ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                target.isEmpty() ? "-XX:TieredStopAtLevel=1" : "-XX:+TieredCompilation", // short: start soon
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + Fuzz.class.getName(),
                "--target_args=" + target,
                "--instrumentation_includes=dev.penstock.**:io.netty.handler.codec.**:org.xbill.DNS.**",
                "--custom_hook_includes=dev.penstock.**",
                // It takes the connections of API to our own server for a fault.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
                "-artifact_prefix=" + TEXT.toAbsolutePath() + "/",
                "--reproducer_path=" + TEXT.toAbsolutePath(),
                "-timeout=120"));
        command.addAll(Arrays.asList(options));
        Process jazzer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(text.toFile())
                .start();
        int status;
        try {
            status = jazzer.waitFor();
        } finally {
            jazzer.destroyForcibly();
        }
        assertThat(status).as("%s", Files.readString(text)).isZero();
    }
}
