package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {
    private static final Setting THREADS = new Setting(Setting.Key.THREADS, "--threads", "3");

    @TempDir
    Path directory;

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("penstock.yaml"), text);
    }

    private static Reading read(Path path, Setting... settings) {
        return new ConfigurationFile(Read.reader(), path, List.of(settings)).read();
    }

    @Test
    void X06_settings_winOverWhatTheFileSays_atEachReading() throws Exception {
        Path path = write("listeners: [127.0.0.1:0]\nthreads: 2\n");
        assertThat(read(path).orThrow().process().threads()).isEqualTo(2);
        assertThat(read(path, THREADS).orThrow().process().threads()).isEqualTo(3);

        write("listeners: [127.0.0.1:0]\nthreads: 4\n");
        assertThat(read(path, THREADS).orThrow().process().threads()).isEqualTo(3);
    }

    @Test
    void faults_ofFileAndSettings_areToldTogether() throws Exception {
        Path path = write("listeners: [nowhere]\n");

        assertThat(read(path, new Setting(Setting.Key.THREADS, "--threads", "x"))
                        .faults())
                .extracting(Fault::file)
                .containsExactly(path.toString(), "--threads");
    }

    @Test
    void files_sayTheSame_whateverTheirTimes_untilTheirContentIsAnother() throws Exception {
        Path path = write("listeners: [127.0.0.1:0]\n");
        FilesSeen seen = read(path).files();
        assertThat(seen.files()).containsExactly(path);
        assertThat(seen.now()).isEqualTo(seen);

        Files.setLastModifiedTime(path, FileTime.fromMillis(0));
        assertThat(seen.now()).isEqualTo(seen);

        FileTime time = Files.getLastModifiedTime(path);
        write("listeners: [127.0.0.1:1]\n");
        Files.setLastModifiedTime(path, time); // as in one tick of a coarse clock
        assertThat(seen.now()).isNotEqualTo(seen);
        assertThat(seen.now().agreesWith(seen)).isFalse();
    }

    @Test
    void files_thatAreMissingOrBroken_areSeenToo() throws Exception {
        Path path = directory.resolve("penstock.yaml");
        FilesSeen missing = read(path).files();
        assertThat(missing.now()).isEqualTo(missing);

        write("");
        FilesSeen empty = read(path).files();
        assertThat(empty).isNotEqualTo(missing).isEqualTo(missing.now());
        assertThat(empty.now()).isEqualTo(empty);
        assertThat(empty.toString()).isEqualTo("FilesSeen[" + path + "]");
    }
}
