package dev.penstock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The ways in which files are given another content, for tests of what follows a file. */
public enum FileEdit {
    /** The file is written again. */
    OVERWRITE {
        @Override
        void write(Path file, String text) throws IOException {
            Files.writeString(file, text);
        }
    },

    /** Another file takes its name, as editors and tools of deployment do. */
    RENAME {
        @Override
        void write(Path file, String text) throws IOException {
            Path other = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        }
    },

    /** The file is a link through a link to a directory, which leads elsewhere then, as Kubernetes does. */
    SYMLINK {
        @Override
        void write(Path file, String text) throws IOException {
            Path name = file.getFileName();
            Path version = Files.createTempDirectory(file.getParent(), "..version");
            Files.writeString(version.resolve(name), text);
            Path link = file.resolveSibling("..data_tmp");
            Files.createSymbolicLink(link, version.getFileName());
            Files.move(link, file.resolveSibling("..data"), StandardCopyOption.ATOMIC_MOVE);
            if (!Files.isSymbolicLink(file)) {
                Path leading = file.resolveSibling(name + ".link");
                Files.createSymbolicLink(leading, Path.of("..data").resolve(name));
                Files.move(leading, file, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    };

    /**
     * Gives a file its content, also where there is none yet.
     *
     * @param file where it is, in a directory of its own
     * @param text what it is to say
     * @return the file
     */
    public Path edit(Path file, String text) {
        try {
            write(file, text);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    abstract void write(Path file, String text) throws IOException;
}
