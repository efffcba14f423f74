package dev.penstock.proxy.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What this process holds; the threads without those of backends, which are the test's own. */
record Holdings(long sockets, long descriptors, long threads) {
    static Holdings now() throws IOException {
        List<String> links = new ArrayList<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : open.toList()) {
                try {
                    links.add(Files.readSymbolicLink(each).toString());
                } catch (IOException e) {
                    // closed meanwhile
                }
            }
        }
        return new Holdings(
                links.stream().filter(link -> link.startsWith("socket:")).count(),
                links.size(),
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !thread.getName().equals("tcp-backend"))
                        .count());
    }

    /** A few come and go at any time; what is lost with each of even every tenth change is more. */
    boolean isNoMoreThan(Holdings before) {
        return sockets <= before.sockets + 3 && descriptors <= before.descriptors + 4 && threads <= before.threads + 4;
    }
}
