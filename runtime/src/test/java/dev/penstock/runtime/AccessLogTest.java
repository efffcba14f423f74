package dev.penstock.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.AccessFormat;
import dev.penstock.config.AccessLogSettings;
import dev.penstock.proxy.Ending;
import dev.penstock.proxy.ExchangeRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
    private static final Instant NOW = Instant.parse("2026-11-22T23:58:01Z");

    @TempDir
    Path directory;

    private long nanos = 1_000;

    private AccessLog open(Path file, String format, Duration slow, int sample) {
        var settings = new AccessLogSettings(true, AccessFormat.of(format), file.toString(), false, slow, sample);
        return AccessLog.open(settings, () -> NOW, () -> nanos);
    }

    private AccessLog paths(Path file) {
        return open(file, "{path}", Duration.ZERO, 1);
    }

    private static void write(AccessLog log, String... paths) {
        for (String path : paths) {
            log.completed(Ended.of(path, 200, Duration.ZERO, Ending.By.NOBODY));
        }
        log.caughtUp();
    }

    @Test
    void S06_linesAreAppended_andWrittenWhenNoMoreWait() throws Exception {
        Path file = Files.writeString(directory.resolve("a.log"), "/before\n");
        try (AccessLog log = paths(file)) {
            log.completed(Ended.of("/1", 200, Duration.ZERO, Ending.By.NOBODY));
            log.passed(Ended.of("/2", 0, Duration.ZERO, Ending.By.NOBODY));
            assertThat(file).hasContent("/before\n");
            log.caughtUp();
            assertThat(Files.readAllLines(file)).containsExactly("/before", "/1", "/2");
        }
    }

    @Test
    void S06_time_isThatOfTheBeginning_byTheTimeSince() throws Exception {
        Path file = directory.resolve("a.log");
        try (AccessLog log = open(file, "{time} {commonTime}", Duration.ZERO, 1)) {
            nanos += TimeUnit.MILLISECONDS.toNanos(1_500);
            log.completed(Ended.record(1_000, "GET", "a", "/", "", "", "", 200, Duration.ZERO, Ending.By.NOBODY));
            log.caughtUp();
        }
        assertThat(file).hasContent("2026-11-22T23:57:59.500Z 22/Nov/2026:23:57:59 +0000\n");
    }

    @Test
    void S06_fileThatWasRenamedRemovedOrReplaced_isOpenedAgain() throws Exception {
        Path file = directory.resolve("a.log");
        Path old = directory.resolve("a.log.1");
        try (AccessLog log = paths(file)) {
            write(log, "/1");
            Files.move(file, old);
            write(log, "/2"); // not looked for again yet
            nanos += TimeUnit.SECONDS.toNanos(1);
            write(log, "/3");
            assertThat(Files.readAllLines(old)).containsExactly("/1", "/2");
            assertThat(Files.readAllLines(file)).containsExactly("/3");

            Files.delete(file);
            nanos += TimeUnit.SECONDS.toNanos(1);
            write(log, "/4");
            assertThat(Files.readAllLines(file)).containsExactly("/4");

            Path other = Files.writeString(directory.resolve("other"), "/other\n");
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            nanos += TimeUnit.SECONDS.toNanos(1);
            write(log, "/5");
            assertThat(Files.readAllLines(file)).containsExactly("/other", "/5");
            assertThat(log.lost()).isZero();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void S06_fullDisk_losesLinesThatAreCounted_andGoesOnWhenThereIsRoom() throws Exception {
        Path file = directory.resolve("a.log");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        try (AccessLog log = paths(file)) {
            write(log, "/1", "/2");
            write(log, "/3");
            assertThat(log.lost()).isEqualTo(3);

            Files.delete(file); // and so the name is free for a file with room
            nanos += TimeUnit.SECONDS.toNanos(1);
            write(log, "/4");
            assertThat(log.lost()).isEqualTo(3);
            assertThat(Files.readAllLines(file)).containsExactly("/4"); // and nothing of what was torn elsewhere
        }
    }

    @Test
    void S06_directoryThatIsGone_losesLines_andComesBack() throws Exception {
        Path inner = Files.createDirectory(directory.resolve("logs"));
        Path file = inner.resolve("a.log");
        try (AccessLog log = paths(file)) {
            Files.delete(file);
            Files.delete(inner);
            nanos += TimeUnit.SECONDS.toNanos(1);
            write(log, "/1");
            assertThat(log.lost()).isEqualTo(1);
            Files.createDirectory(inner);
            write(log, "/2");
            assertThat(Files.readAllLines(file)).containsExactly("/2");
        }
    }

    @Test
    void S06_newFileThatCannotBeOpened_leavesTheOldOneOpen() throws Exception {
        Path file = directory.resolve("a.log");
        Path old = directory.resolve("a.log.1");
        try (AccessLog log = paths(file)) {
            write(log, "/1");
            Files.move(file, old);
            Files.createDirectory(file); // what cannot be opened, whoever runs the test
            nanos += TimeUnit.SECONDS.toNanos(1);
            write(log, "/2");
            write(log, "/3");
            assertThat(log.lost()).isZero();
            assertThat(Files.readAllLines(old)).containsExactly("/1", "/2", "/3");

            Files.delete(file);
            nanos += TimeUnit.SECONDS.toNanos(1);
            write(log, "/4");
            assertThat(Files.readAllLines(file)).containsExactly("/4");
        }
    }

    @Test
    void S06_lineThatAProcessLeftTorn_isEndedFirst() throws Exception {
        Path file = Files.writeString(directory.resolve("a.log"), "/1\n/to");
        try (AccessLog log = paths(file)) {
            write(log, "/2");
            write(log, "/3");
        }
        assertThat(Files.readAllLines(file)).containsExactly("/1", "/to", "/2", "/3");
    }

    @Test
    void S06_closedLog_losesLaterLines_andOpensNoFile() throws Exception {
        Path file = directory.resolve("a.log");
        AccessLog log = paths(file);
        write(log, "/1");
        log.close();
        write(log, "/2");
        Files.delete(file);
        nanos += TimeUnit.SECONDS.toNanos(1);
        write(log, "/3");

        assertThat(log.lost()).isEqualTo(2);
        assertThat(file).doesNotExist();
    }

    @Test
    void S06_recordThatCannotBeWritten_leavesNoPartOfALine() throws Exception {
        Path file = directory.resolve("a.log");
        try (AccessLog log = open(file, "{path} {durationMillis}", Duration.ZERO, 1)) {
            log.completed(Ended.of("/1", 200, Duration.ZERO, Ending.By.NOBODY));
            ExchangeRecord tooLong = Ended.of("/2", 200, Duration.ofSeconds(Long.MAX_VALUE), Ending.By.NOBODY);
            assertThatThrownBy(() -> log.completed(tooLong)).isInstanceOf(ArithmeticException.class);
            write(log, "/3");
            assertThat(log.lost()).isEqualTo(1);
        }
        assertThat(Files.readAllLines(file)).containsExactly("/1 0.000", "/3 0.000");
    }

    @Test
    void S06_sample_isOfWhatIsNeitherSlowNorAnError() throws Exception {
        Path file = directory.resolve("a.log");
        try (AccessLog log = open(file, "{path}", Duration.ofSeconds(1), 10)) {
            for (int i = 1; i <= 100; i++) {
                write(log, "/" + i);
            }
            log.completed(Ended.of("/slow", 200, Duration.ofSeconds(1), Ending.By.NOBODY));
            log.completed(Ended.of("/error", 500, Duration.ZERO, Ending.By.NOBODY));
            log.completed(Ended.of("/cut", 200, Duration.ZERO, Ending.By.CLIENT));
            log.completed(Ended.of("/missing", 404, Duration.ZERO, Ending.By.NOBODY));
            log.caughtUp();
        }
        List<String> sampled =
                IntStream.rangeClosed(1, 10).mapToObj(i -> "/" + 10 * i).toList();
        assertThat(Files.readAllLines(file))
                .startsWith(sampled.toArray(String[]::new))
                .endsWith("/slow", "/error", "/cut")
                .hasSize(13);
        Path errors = directory.resolve("errors.log");
        try (AccessLog log = open(errors, "{path}", Duration.ZERO, 0)) {
            write(log, "/1");
            log.completed(Ended.of("/error", 502, Duration.ZERO, Ending.By.ENDPOINT));
            log.caughtUp();
        }
        assertThat(Files.readAllLines(errors)).containsExactly("/error");
    }

    @Test
    void S06_fileThatCannotBeOpened_isSaid() {
        Path file = directory.resolve("none").resolve("a.log");
        assertThatThrownBy(() -> paths(file))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("log.access.to: \"" + file + "\" (expected: a file that can be written)");
    }
}
