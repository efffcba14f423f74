package dev.penstock.runtime;

import dev.penstock.config.AccessLogSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where lines go: a file that they are appended to, or a stream of the process. A file that was renamed, removed or replaced
 * is opened again. Confined to its writer, but for {@link #close}.
 */
final class AccessTarget implements AutoCloseable {
    private final @Nullable Path path;
    private final Opening opening;
    private volatile @Nullable OutputStream out;
    private volatile boolean closed;
    private @Nullable Object key;
    private boolean torn;
    private long sizeBytes = -1; // of the file as it should be now; negative where nobody can tell
    private int written;

    private AccessTarget(@Nullable Path path, Opening opening, @Nullable OutputStream out) {
        this.path = path;
        this.opening = opening;
        this.out = out;
    }

    /** How a file is opened that lines are appended to. */
    @FunctionalInterface
    interface Opening {
        OutputStream open(Path file) throws IOException;
    }

    /** Opens it; throws what the system says if it cannot be opened. */
    static AccessTarget open(String to) throws IOException {
        return open(to, file -> new FileOutputStream(file.toFile(), true));
    }

    static AccessTarget open(String to, Opening opening) throws IOException {
        if (to.equals(AccessLogSettings.STDOUT)) {
            return new AccessTarget(null, opening, new FileOutputStream(FileDescriptor.out));
        }
        if (to.equals(AccessLogSettings.STDERR)) {
            return new AccessTarget(null, opening, new FileOutputStream(FileDescriptor.err));
        }
        var target = new AccessTarget(Path.of(to), opening, null);
        target.reopen(Path.of(to));
        return target;
    }

    /** What was open stays so unless the new one could be opened. */
    private OutputStream reopen(Path file) throws IOException {
        OutputStream opened = opening.open(file);
        try {
            BasicFileAttributes found = attributes(file);
            torn = found.isRegularFile() ? endsTorn(file) : torn && Objects.equals(key, found.fileKey());
            key = found.fileKey();
            sizeBytes = size(found);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        OutputStream before = out;
        out = opened;
        if (before != null) {
            before.close();
        }
        if (closed) { // meanwhile, by somebody who may have seen the one before
            opened.close();
            throw new IOException("closed");
        }
        return opened;
    }

    /** What tells files apart is their key, by device and inode; null where the system does not say. */
    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    /** Whether it ends within a line, as a process leaves it that was killed while it wrote. */
    private static boolean endsTorn(Path file) {
        try (var read = new RandomAccessFile(file.toFile(), "r")) {
            long size = read.length();
            if (size == 0) {
                return false;
            }
            read.seek(size - 1);
            return read.read() != '\n';
        } catch (IOException e) {
            return false; // it may be written, but not read
        }
    }

    /**
     * Looks whether the file of this name is another one now; then the next lines go there. Throws if that cannot be opened:
     * they go on to the one that is open, unless its whole folder is gone.
     */
    void look() throws IOException {
        Path file = path;
        OutputStream open = out;
        if (file == null || open == null || closed || isSame(file)) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(folder)) {
            reopen(file);
        } else {
            out = null;
            open.close();
        }
    }

    private boolean isSame(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        BasicFileAttributes found = attributes(file);
        boolean same = Objects.equals(key, found.fileKey());
        if (same) {
            sizeBytes = size(found); // others may write there, too
        }
        return same;
    }

    /** Writes whole lines, the first of these bytes; {@link #written} says how many if it throws. */
    void write(byte[] lines, int length) throws IOException {
        written = 0;
        if (closed) {
            throw new IOException("closed");
        }
        OutputStream open = out;
        if (open == null) {
            open = reopen(Objects.requireNonNull(path, "path"));
        }
        if (torn) {
            open.write('\n'); // a line was written in part: the next begins at the begin of a line
            torn = false;
            grow(1);
        }
        try {
            open.write(lines, 0, length);
            written = length;
            grow(length);
        } catch (IOException e) {
            long before = sizeBytes;
            sizeBytes = sizeNow();
            boolean known = before >= 0 && sizeBytes >= before;
            written = known ? (int) Math.min(sizeBytes - before, length) : 0;
            torn = !known || (written > 0 && lines[written - 1] != '\n');
            throw e;
        }
    }

    private void grow(long bytes) {
        sizeBytes += sizeBytes < 0 ? 0 : bytes;
    }

    /** How many bytes of the last lines are there for sure; of a stream that failed none are. */
    int written() {
        return written;
    }

    /** Of the file that is open, if it still has its name. */
    private long sizeNow() {
        Path file = path;
        if (file == null) {
            return -1;
        }
        try {
            BasicFileAttributes found = attributes(file);
            return Objects.equals(key, found.fileKey()) ? size(found) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private static long size(BasicFileAttributes found) {
        return found.isRegularFile() ? found.size() : -1;
    }

    @Override
    public void close() {
        if (path == null) {
            return; // the streams of the process are not ours
        }
        closed = true;
        OutputStream open = out;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
