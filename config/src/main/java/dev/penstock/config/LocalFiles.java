package dev.penstock.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of this machine that one reading reads, with what they said. Confined to one reading. */
final class LocalFiles {
    /** One byte more than a file may have, which tells that it has too many. */
    static final int MOST_READ = TreeReader.MAX_BYTES + 1;

    private final Map<Path, String> prints = new LinkedHashMap<>();

    /** What a file says, up to {@link #MOST_READ}. */
    byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MOST_READ);
            prints.put(file, FilesSeen.print(file, content));
            return content;
        } catch (IOException e) {
            prints.put(file, FilesSeen.print(e));
            throw e;
        }
    }

    /** Why a file cannot be read, in few words. */
    static String reason(IOException problem) {
        if (problem instanceof NoSuchFileException) {
            return "no such file";
        }
        if (problem instanceof AccessDeniedException) {
            return "permission denied";
        }
        return String.valueOf(problem.getMessage());
    }

    FilesSeen seen() {
        return new FilesSeen(prints);
    }
}
