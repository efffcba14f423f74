package dev.penstock.runtime;

import dev.penstock.config.AccessLogSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
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
    private volatile @Nullable FileOutputStream out;
    private @Nullable Object key;
    private boolean torn;

    private AccessTarget(@Nullable Path path, @Nullable FileOutputStream out) {
        this.path = path;
        this.out = out;
    }

    /** Opens it; throws what the system says if it cannot be opened. */
    static AccessTarget open(String to) throws IOException {
        if (to.equals(AccessLogSettings.STDOUT)) {
            return new AccessTarget(null, new FileOutputStream(FileDescriptor.out));
        }
        if (to.equals(AccessLogSettings.STDERR)) {
            return new AccessTarget(null, new FileOutputStream(FileDescriptor.err));
        }
        var target = new AccessTarget(Path.of(to), null);
        target.reopen();
        return target;
    }

    private FileOutputStream reopen() throws IOException {
        Path file = Objects.requireNonNull(path, "path");
        FileOutputStream before = out;
        if (before != null) {
            out = null;
            before.close();
        }
        var opened = new FileOutputStream(file.toFile(), true);
        out = opened;
        Object own = key(file);
        torn &= Objects.equals(key, own); // another file begins with a whole line
        key = own;
        return opened;
    }

    /** What tells files apart, by device and inode; null where the system does not say. */
    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Looks whether the file of this name is another one now; then the next lines go there. */
    void look() throws IOException {
        Path file = path;
        if (file == null || out == null) {
            return;
        }
        if (!Files.exists(file) || !Objects.equals(key, key(file))) {
            reopen();
        }
    }

    /** Writes whole lines. */
    void write(byte[] lines) throws IOException {
        FileOutputStream open = out;
        if (open == null) {
            open = reopen();
        }
        try {
            if (torn) {
                open.write('\n'); // a line was written in part: the next begins at the begin of a line
                torn = false;
            }
            open.write(lines);
        } catch (IOException e) {
            torn = true;
            throw e;
        }
    }

    @Override
    public void close() {
        FileOutputStream open = out;
        if (path == null || open == null) {
            return; // the streams of the process are not ours
        }
        try {
            open.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
