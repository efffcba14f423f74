package dev.penstock.middleware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users in a file, as {@code htpasswd} writes it: a line {@code name:hash} for each, empty lines, and lines that begin with
 * {@code #}. What it said last without a fault holds. Thread-safe.
 */
final class UsersFile {
    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);
    private static final int MOST_BYTES = 1 << 20;

    private final Path path;
    private @Nullable Stamp seen;
    private boolean broken;

    UsersFile(Path path) {
        this.path = path;
    }

    /** By which a file that was replaced or written is known. */
    private record Stamp(
            FileTime modified, long bytes, @Nullable Object key) {}

    /** What it says where that is new; null where it says what it did, or nothing that can be used. Blocks. */
    synchronized @Nullable Map<String, PasswordHash> news() {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            var stamp = new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
            if (stamp.equals(seen)) {
                return null;
            }
            if (!now.isRegularFile() || now.size() > MOST_BYTES) {
                throw new IOException("not a file of at most 1 MiB");
            }
            seen = stamp; // before it is read: whoever writes meanwhile changes it
            Map<String, PasswordHash> users = parse(content());
            LOG.info("users file {}: {} users", path, users.size());
            broken = false;
            return users;
        } catch (IOException e) {
            seen = null; // it may come back as it was
            complain(e.getClass().getSimpleName() + " " + e.getMessage());
        } catch (IllegalArgumentException e) {
            complain(String.valueOf(e.getMessage()));
        }
        return null;
    }

    private void complain(String what) {
        if (!broken) {
            LOG.error("users file {}: {}; what it said before holds", path, what);
        }
        broken = true;
    }

    private String content() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        }
    }

    /** No message shows what a line says. */
    static Map<String, PasswordHash> parse(String text) {
        Map<String, PasswordHash> users = new HashMap<>();
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.strip();
            int colon = line.indexOf(':');
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (colon < 1 || colon > BasicAuth.LONGEST_USER) {
                throw new IllegalArgumentException(
                        "line " + number + " (expected: name:hash, a name of 1..255 characters)");
            }
            try {
                users.put(line.substring(0, colon), PasswordHash.parse(line.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
        if (users.isEmpty()) {
            throw new IllegalArgumentException("no users (expected: at least one)");
        }
        return users;
    }
}
