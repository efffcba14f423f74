package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.http.Call;
import dev.penstock.endpoint.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** The values of some nodes, a few of them on their way at a time, each taken apart when it comes. Used once. */
final class Nodes {
    /** How many are asked for at a time: no more than these are held as bytes. */
    private static final int AT_A_TIME = 64;

    private static final int MOST_BYTES = 64 << 10;

    private final ZooKeeper zookeeper;
    private final String folder;
    private final List<String> names;
    private final Instances instances;
    private final AtomicReferenceArray<@Nullable Node> found;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger left;
    private final Call<List<Node>> call = new Call<>();

    /**
     * One node as it was read. Immutable.
     *
     * @param endpoint null if it is none
     * @param problem why it could not be read; null if it could
     */
    record Node(@Nullable Endpoint endpoint, @Nullable String problem) {
        /** Those that are endpoints, and a sentence for each that could not be read. */
        static Listing listing(List<Node> nodes) {
            List<Endpoint> endpoints =
                    nodes.stream().map(Node::endpoint).filter(Objects::nonNull).toList();
            List<String> problems =
                    nodes.stream().map(Node::problem).filter(Objects::nonNull).toList();
            return new Listing(endpoints, problems, null);
        }
    }

    Nodes(ZooKeeper zookeeper, String folder, List<String> names, Instances instances) {
        this.zookeeper = zookeeper;
        this.folder = folder;
        this.names = names;
        this.instances = instances;
        found = new AtomicReferenceArray<>(names.size());
        left = new AtomicInteger(names.size());
    }

    /** Reads them, in the order of their names. */
    Call<List<Node>> read() {
        if (names.isEmpty()) {
            call.complete(List.of());
        }
        for (int i = 0; i < Math.min(AT_A_TIME, names.size()); i++) {
            next();
        }
        return call;
    }

    private void next() {
        int index = asked.getAndIncrement();
        if (index >= names.size() || call.isDone()) {
            return;
        }
        zookeeper.getData(
                folder + "/" + names.get(index),
                true,
                (code, path, context, bytes, stat) -> {
                    if (code == Code.OK.intValue()
                            || code == Code.NONODE.intValue()
                            || code == Code.NOAUTH.intValue()) {
                        read(index, node(code, path, bytes));
                    } else {
                        call.fail(Folder.problem(code, path));
                    }
                },
                null);
    }

    private void read(int index, Node node) {
        found.set(index, node);
        if (left.decrementAndGet() > 0) {
            next();
            return;
        }
        var nodes = new Node[names.size()];
        Arrays.setAll(nodes, found::get);
        call.complete(List.of(nodes));
    }

    private Node node(int code, String path, byte @Nullable [] bytes) {
        try {
            if (code == Code.NONODE.intValue()) {
                return new Node(null, null); // gone since its name was read
            }
            if (code == Code.NOAUTH.intValue()) {
                throw new IllegalArgumentException("not permitted (expected: an ACL by which it may be read)");
            }
            byte[] value = bytes == null ? new byte[0] : bytes;
            if (value.length > MOST_BYTES) {
                throw new IllegalArgumentException(value.length + " bytes (expected: " + MOST_BYTES + " at most)");
            }
            return new Node(instances.endpoint(path, value), null);
        } catch (RuntimeException e) {
            return new Node(null, "node \"" + Problems.line(path) + "\": " + Problems.of(e));
        }
    }
}
