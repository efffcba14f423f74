package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a process holds, as Linux counts it, without the connections of HTTP traffic. Immutable.
 *
 * @param threads all of the process, the JVM's own included
 * @param files open descriptors, sockets included
 * @param sockets of any kind
 */
record Vitals(long threads, long files, long sockets) {
    private static final int LEEWAY = 3;
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +[0-9]+ +([0-9]+)");
    private static final Pattern COLUMNS = Pattern.compile("\\s+");

    /**
     * Counts.
     *
     * @param process its id
     * @param traffic ports, of either end, whose connections do not count
     */
    static Vitals of(long process, Set<Integer> traffic) {
        Path directory = Path.of("/proc", String.valueOf(process));
        Set<String> left = Stream.of("tcp", "tcp6")
                .flatMap(table -> lines(directory.resolve("net").resolve(table)).stream())
                .map(line -> COLUMNS.split(line.strip(), -1))
                .filter(columns -> traffic.contains(port(columns[1])) || traffic.contains(port(columns[2])))
                .map(columns -> "socket:[" + columns[9] + "]")
                .collect(Collectors.toSet());
        List<String> files = entries(directory.resolve("fd")).stream()
                .map(Vitals::target)
                .filter(target -> !left.contains(target))
                .toList();
        long sockets =
                files.stream().filter(target -> target.startsWith("socket:")).count();
        return new Vitals(entries(directory.resolve("task")).size(), files.size(), sockets);
    }

    /** The port of an address as in {@code 0100007F:1F90}; the heading has none. */
    private static int port(String address) {
        int colon = address.indexOf(':');
        return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1), 16);
    }

    private static List<String> lines(Path table) {
        try {
            List<String> lines = Files.readAllLines(table);
            return lines.subList(1, lines.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            return ""; // closed a moment ago
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is reachable in the heap of a Java process, after a collection; in KiB. */
    static long heapKib(long process) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        RequiresTool.Run run = RequiresTool.run("env", jcmd, String.valueOf(process), "GC.class_histogram");
        Matcher total = TOTAL.matcher(run.output());
        if (!total.find()) {
            throw new IllegalStateException(run.output());
        }
        return Long.parseLong(total.group(1)) / 1024;
    }

    Vitals least(Vitals other) {
        return new Vitals(
                Math.min(threads, other.threads), Math.min(files, other.files), Math.min(sockets, other.sockets));
    }

    /** Fails if anything grew; a little comes and goes with the JVM's own needs. */
    void assertNotAbove(Vitals before) {
        assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads + LEEWAY);
        assertThat(files).as("descriptors").isLessThanOrEqualTo(before.files + LEEWAY);
        assertThat(sockets).as("sockets").isLessThanOrEqualTo(before.sockets + LEEWAY);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d threads, %d descriptors, %d sockets", threads, files, sockets);
    }
}
