package dev.penstock.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The files of this machine that one reading reads, with what they said. Confined to one reading. */
final class LocalFiles {
    /** One byte more than a file may have, which tells that it has too many. */
    static final int MOST_READ = TreeReader.MAX_BYTES + 1;

    private static final int MOST_FILES = 1_000;
    private static final Pattern CONFIGURATION = Pattern.compile("(?i)[^.].*\\.(yaml|yml|json)");

    private final Map<Path, String> prints = new LinkedHashMap<>();

    /** What a file says, up to {@link #MOST_READ}. */
    byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MOST_READ);
            prints.put(file, FilesSeen.print(file, content));
            return content;
        } catch (IOException e) {
            prints.put(file, FilesSeen.print(file, e));
            throw e;
        }
    }

    /** The configuration files that lie in a folder, by name. */
    List<Path> folder(Path folder) throws IOException {
        try {
            List<Path> found = configurations(folder);
            prints.put(folder, FilesSeen.print(found));
            return found;
        } catch (IOException e) {
            prints.put(folder, FilesSeen.print(folder, e));
            throw e;
        }
    }

    /** Also those that cannot be read, as a link that leads nowhere for a moment. */
    static List<Path> configurations(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                folder,
                entry ->
                        CONFIGURATION.matcher(entry.getFileName().toString()).matches() && !Files.isDirectory(entry))) {
            for (Path entry : entries) {
                if (found.size() == MOST_FILES) {
                    throw new IOException("more than " + MOST_FILES + " files");
                }
                found.add(entry);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(Comparator.comparing(entry -> entry.getFileName().toString()));
        return found;
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
