package dev.penstock.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Files with what they said at one moment, known by fingerprints of their contents. Immutable; two are equal if the same
 * files said the same.
 *
 * <p>Contents and not times: a file that is replaced, that a symbolic link leads elsewhere from, or that is written twice
 * within one tick of its file system says something else all the same, and to be opened is what makes a network file
 * system ask its server.
 */
public final class FilesSeen {
    private static final String SPECIAL = "special"; // a pipe or a device, which says a thing once
    private static final int PIECE_BYTES = 64 << 10;

    private final Map<Path, String> prints;

    FilesSeen(Map<Path, String> prints) {
        this.prints = Map.copyOf(prints);
    }

    /**
     * Looks at the same files again, and at all that lie in folders among them. Blocks.
     *
     * @return what they say now
     */
    public FilesSeen now() {
        Map<Path, String> now = new LinkedHashMap<>();
        byte[] piece = new byte[PIECE_BYTES];
        prints.keySet().forEach(file -> look(file, piece, now));
        return new FilesSeen(now);
    }

    /**
     * These with some more.
     *
     * @param others what they say counts where both have seen a file
     * @return all files of both
     */
    public FilesSeen with(FilesSeen others) {
        Map<Path, String> all = new LinkedHashMap<>(prints);
        all.putAll(others.prints);
        return new FilesSeen(all);
    }

    /**
     * Tells whether files said the same here and there, of those that both have seen.
     *
     * @param other what was seen at another moment
     * @return false if one of them said something else
     */
    public boolean agreesWith(FilesSeen other) {
        return prints.entrySet().stream()
                .allMatch(seen -> seen.getValue().equals(other.prints.getOrDefault(seen.getKey(), seen.getValue())));
    }

    /**
     * The files.
     *
     * @return as they were named
     */
    public Set<Path> files() {
        return prints.keySet();
    }

    /** Of what was read from a file. */
    static String print(Path file, byte[] content) {
        return isSpecial(file) ? SPECIAL : hex(digest().digest(content));
    }

    /** Of a folder with these files in it. */
    static String print(List<Path> files) {
        return "folder " + files;
    }

    /** Of a file, or a folder, that cannot be read; the same as looking at it again gives. */
    static String print(Path file, IOException problem) {
        if (isSpecial(file)) {
            return SPECIAL;
        }
        try {
            return Files.isDirectory(file) ? print(LocalFiles.configurations(file)) : named(problem);
        } catch (IOException e) {
            return named(e);
        }
    }

    private static String named(IOException problem) {
        return problem.getClass().getSimpleName();
    }

    private static void look(Path file, byte[] piece, Map<Path, String> now) {
        if (isSpecial(file)) {
            now.put(file, SPECIAL);
            return;
        }
        try {
            if (Files.isDirectory(file)) {
                List<Path> found = LocalFiles.configurations(file);
                now.put(file, print(found));
                found.stream().filter(one -> !now.containsKey(one)).forEach(one -> look(one, piece, now));
            } else {
                now.put(file, content(file, piece));
            }
        } catch (IOException e) {
            now.put(file, named(e));
        }
    }

    private static String content(Path file, byte[] piece) throws IOException {
        MessageDigest digest = digest();
        try (InputStream in = Files.newInputStream(file)) {
            int left = LocalFiles.MOST_READ; // as much as is read of it
            for (int n = 0; n >= 0 && left > 0; n = in.read(piece, 0, Math.min(left, PIECE_BYTES))) {
                digest.update(piece, 0, n);
                left -= n;
            }
            return hex(digest.digest());
        }
    }

    /** Opening one might wait for ever. */
    private static boolean isSpecial(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java runtime has it
        }
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FilesSeen seen && prints.equals(seen.prints);
    }

    @Override
    public int hashCode() {
        return prints.hashCode();
    }

    /** Without the fingerprints, by which a short secret could be guessed. */
    @Override
    public String toString() {
        return "FilesSeen" + prints.keySet();
    }
}
