package dev.penstock.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What some files looked like at one moment: another look tells whether they were written, renamed over, or what a symbolic
 * link leads to was switched. Immutable; equal if nothing has changed.
 *
 * @param stamps one for each file
 */
record FileStamps(List<Stamp> stamps) {
    /** A file that is not there has no path. */
    private record Stamp(
            @Nullable Path real,
            @Nullable FileTime modified,
            long size,
            @Nullable Object key) {
        private static final Stamp MISSING = new Stamp(null, null, 0, null);

        static Stamp of(Path file) {
            try {
                Path real = file.toRealPath();
                var attributes = Files.readAttributes(real, BasicFileAttributes.class);
                return new Stamp(real, attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            } catch (IOException e) {
                return MISSING; // the reading tells why
            }
        }
    }

    /** Looks at files; those that are null are left out. */
    static FileStamps of(@Nullable Path... files) {
        return new FileStamps(Stream.of(files)
                .filter(file -> file != null)
                .map(file -> Stamp.of(file))
                .toList());
    }
}
