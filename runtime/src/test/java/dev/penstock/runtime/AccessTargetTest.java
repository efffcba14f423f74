package dev.penstock.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTargetTest {
    @TempDir
    Path directory;

    private final List<File> opened = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private Runnable onOpen = () -> {};

    /** A file on a disk that has so much room. */
    private final class File extends FilterOutputStream {
        private boolean closed;

        File(Path file) throws IOException {
            super(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
            opened.add(this);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int written = Math.min(room, length);
            room -= written;
            out.write(bytes, from, written);
            if (written < length) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void close() throws IOException {
            closed = true;
            super.close();
        }
    }

    private OutputStream open(Path file) throws IOException {
        onOpen.run();
        return new File(file);
    }

    private static void write(AccessTarget target, String lines) throws IOException {
        byte[] bytes = lines.getBytes(StandardCharsets.US_ASCII);
        target.write(bytes, bytes.length);
    }

    @Test
    void S06_linesOfWhichSomeAreWritten_areCountedByThemselves_andTheTornOneIsEnded() throws Exception {
        Path file = directory.resolve("a.log");
        try (var target = AccessTarget.open(file.toString(), this::open)) {
            write(target, "/0\n");
            room = 5;
            assertThatThrownBy(() -> write(target, "/1\n/2\n/3\n")).hasMessage("No space left on device");
            assertThat(target.written()).isEqualTo(5);
            assertThatThrownBy(() -> write(target, "/4\n")).isInstanceOf(IOException.class);
            assertThat(target.written()).isZero();

            room = Integer.MAX_VALUE;
            write(target, "/5\n");
        }
        assertThat(Files.readAllLines(file)).containsExactly("/0", "/1", "/2", "/5");
    }

    @Test
    void S06_linesOfWhichWholeOnesAreWritten_leaveNoEmptyLine() throws Exception {
        Path file = directory.resolve("a.log");
        try (var target = AccessTarget.open(file.toString(), this::open)) {
            room = 3;
            assertThatThrownBy(() -> write(target, "/1\n/2\n")).isInstanceOf(IOException.class);
            assertThat(target.written()).isEqualTo(3);
            room = Integer.MAX_VALUE;
            write(target, "/3\n");
        }
        assertThat(Files.readAllLines(file)).containsExactly("/1", "/3");
    }

    @Test
    void S06_fileThatIsOpenedAgain_isClosed_andTheOldOneStaysOpenIfTheNewOneCannotBe() throws Exception {
        Path file = directory.resolve("a.log");
        Path old = directory.resolve("a.log.1");
        try (var target = AccessTarget.open(file.toString(), this::open)) {
            Files.move(file, old);
            Files.createDirectory(file);
            assertThatThrownBy(target::look).isInstanceOf(IOException.class);
            write(target, "/1\n");
            assertThat(old).hasContent("/1\n");
            assertThat(opened).hasSize(1);

            Files.delete(file);
            target.look();
            assertThat(opened.get(0).closed).isTrue();
            write(target, "/2\n");
            assertThat(file).hasContent("/2\n");
        }
        assertThat(opened).allMatch(one -> one.closed);
    }

    @Test
    void S06_closeWhileAFileIsOpenedAgain_leavesNoneOpen() throws Exception {
        Path file = directory.resolve("a.log");
        var target = AccessTarget.open(file.toString(), this::open);
        Files.delete(file);
        onOpen = target::close;

        assertThatThrownBy(target::look).hasMessage("closed");
        assertThatThrownBy(() -> write(target, "/1\n")).hasMessage("closed");
        assertThat(opened).hasSize(2).allMatch(one -> one.closed);
    }
}
