package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the process holds. Immutable.
 *
 * @param heapBytes after a collection
 * @param directBytes of Netty's allocator
 * @param threads all but those of {@link TcpBackend}, which stay for a while after their connections
 * @param descriptors open ones; 0 where the system does not tell
 */
record Vitals(long heapBytes, long directBytes, int threads, long descriptors) {
    private static final long MEBIBYTE = 1 << 20;

    static Vitals now() throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long direct = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
        return new Vitals(runtime.totalMemory() - runtime.freeMemory(), direct, countThreads(), countDescriptors());
    }

    private static int countThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().equals(TcpBackend.THREAD))
                .count();
    }

    private static long countDescriptors() throws IOException {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.count();
        }
    }

    /** A little comes and goes with the JVM, the backends and the allocator's chunks. */
    void assertNotAbove(Vitals before) {
        assertThat(heapBytes).as("heap, %s", before).isLessThan(before.heapBytes + 16 * MEBIBYTE);
        assertThat(directBytes).as("direct memory, %s", before).isLessThan(before.directBytes + 16 * MEBIBYTE);
        assertThat(threads).as("threads, %s", before).isLessThanOrEqualTo(before.threads + 5);
        assertThat(descriptors).as("descriptors, %s", before).isLessThanOrEqualTo(before.descriptors + 10);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d MiB of heap, %d MiB direct, %d threads, %d descriptors",
                heapBytes / MEBIBYTE,
                directBytes / MEBIBYTE,
                threads,
                descriptors);
    }
}
