package dev.penstock.discovery.zookeeper;

import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was read with a watch, until an event says that it changed: the next read asks for what changed alone. Thread-safe.
 *
 * <p>An answer is kept only if its read left a watch, by the client's thread for events, which hands out answers and events
 * in the order in which the server sent them. So an event is never older than what it takes away.
 */
final class Known {
    /** The most answers; beyond, all are forgotten and read anew. */
    static final int MOST = 200_000;

    private final Ticker ticker;
    private final long everyNanos;
    private final Map<String, Names> names = new ConcurrentHashMap<>();
    private final Map<Key, Nodes.Node> nodes = new ConcurrentHashMap<>();
    private final Map<Key, Long> readWhole = new ConcurrentHashMap<>();

    /** A path as it is read: with the port of TLS or without. */
    private record Key(String path, boolean ssl) {}

    /**
     * What is below a path. Immutable.
     *
     * @param there whether the path is there
     * @param names sorted
     */
    record Names(boolean there, List<String> names) {
        static final Names NOWHERE = new Names(false, List.of());
    }

    /**
     * Knows nothing yet.
     *
     * @param every how long what is below a path counts without an event, since nobody is told that an ACL was changed
     */
    Known(Ticker ticker, Duration every) {
        this.ticker = ticker;
        everyNanos = every.toNanos();
    }

    /** Begins a read of all that is below a path, which is to ask for everything if that was not done lately. */
    void begin(String path, boolean ssl) {
        long now = ticker.nanos();
        Long last = readWhole.get(new Key(path, ssl));
        if (last == null || now - last >= everyNanos) {
            String below = path.equals("/") ? path : path + "/";
            names.keySet().removeIf(each -> each.equals(path) || each.startsWith(below));
            nodes.keySet().removeIf(each -> each.path().startsWith(below));
            readWhole.put(new Key(path, ssl), now);
        }
    }

    @Nullable
    Names names(String path) {
        return names.get(path);
    }

    void names(String path, Names found) {
        makeRoom();
        names.put(path, found);
    }

    Nodes.@Nullable Node node(String path, boolean ssl) {
        return nodes.get(new Key(path, ssl));
    }

    void node(String path, boolean ssl, Nodes.Node found) {
        makeRoom();
        nodes.put(new Key(path, ssl), found);
    }

    private void makeRoom() {
        if (names.size() + nodes.size() + readWhole.size() >= MOST) {
            forgetAll();
        }
    }

    /** An event came of a path; an empty one may be of anything. */
    void forget(String path) {
        if (path.isEmpty()) {
            forgetAll();
            return;
        }
        names.remove(path);
        nodes.remove(new Key(path, false));
        nodes.remove(new Key(path, true));
    }

    private void forgetAll() {
        names.clear();
        nodes.clear();
        readWhole.clear();
    }
}
