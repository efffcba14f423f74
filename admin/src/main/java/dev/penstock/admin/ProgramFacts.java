package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What a running program says of itself. Immutable.
 *
 * @param version of Penstock
 * @param transport the way to the network in use, as in {@code epoll}
 * @param tls whose TLS is spoken, as in {@code boringssl}
 * @param buffers the bytes that wait in connections
 * @param file how the readings of its configuration file went
 * @param listeners how each one does that is bound, by its name
 */
public record ProgramFacts(
        String version,
        String transport,
        String tls,
        BufferFacts buffers,
        FileFacts file,
        Map<String, ListenerFacts> listeners) {
    /** Copies the listeners. */
    public ProgramFacts {
        requireNonNull(version, "version");
        requireNonNull(transport, "transport");
        requireNonNull(tls, "tls");
        requireNonNull(buffers, "buffers");
        requireNonNull(file, "file");
        listeners = Map.copyOf(listeners);
    }
}
