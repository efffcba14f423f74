package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.http.Call;
import dev.penstock.endpoint.Endpoint;
import java.util.List;
import java.util.Objects;
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
    private final Known known;

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

    Nodes(ZooKeeper zookeeper, String folder, List<String> names, Instances instances, Known known) {
        this.zookeeper = zookeeper;
        this.folder = folder;
        this.names = names;
        this.instances = instances;
        this.known = known;
    }

    /** Reads those that are not known, in the order of their names. */
    Call<List<Node>> read() {
        return Several.of(names.size(), AT_A_TIME, index -> node(folder + "/" + names.get(index)));
    }

    private Call<Node> node(String asked) {
        var call = new Call<Node>();
        Node before = known.node(asked, instances.ssl());
        if (before != null) {
            call.complete(before);
            return call;
        }
        zookeeper.getData(
                asked,
                true,
                (code, path, context, bytes, stat) -> {
                    if (code == Code.OK.intValue()
                            || code == Code.NONODE.intValue()
                            || code == Code.NOAUTH.intValue()) {
                        Node node = node(code, path, bytes);
                        if (code == Code.OK.intValue()) { // else there is no watch
                            known.node(path, instances.ssl(), node);
                        }
                        call.complete(node);
                    } else {
                        call.fail(Folder.problem(code, path));
                    }
                },
                null);
        return call;
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
