package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.http.Call;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * The nodes below one path, read with a watch on each; what is {@link Known} is not asked for. Thread-safe.
 *
 * <p>Watches are set by the reads themselves, before the server answers; so nothing is missed between the two, and each
 * read sets those anew that have fired. What is gone when it is read is left out, and its watch tells.
 */
final class Folder {
    /** The most nodes; more are an error, not a part of the truth. */
    static final int MOST_NODES = 10_000;

    private static final int NO_PATH = -1;

    private final Session session;
    private final String path;
    private final Instances instances;

    Folder(Session session, String path, boolean ssl) {
        this.session = session;
        this.path = path;
        instances = new Instances(ssl);
    }

    /** Reads all, as {@link #read}, and asks for everything if that was not done lately. */
    Call<Listing> readWhole() {
        session.known().begin(path, instances.ssl());
        return read();
    }

    /** Reads all. */
    Call<Listing> read() {
        Known known = session.known();
        return session.connected()
                .then(zookeeper -> names(zookeeper)
                        .then(names -> new Nodes(zookeeper, path, names.orElse(List.of()), instances, known).read())
                        .map(Nodes.Node::listing));
    }

    /** Reads the names only; empty if the path is not there. */
    Call<Optional<List<String>>> names() {
        return session.connected().then(this::names);
    }

    private Call<Optional<List<String>>> names(ZooKeeper zookeeper) {
        Known.Names before = session.known().names(path);
        if (before != null) {
            return answered(before.there() ? Optional.of(before.names()) : Optional.empty());
        }
        return count(zookeeper)
                .then(count -> count == NO_PATH
                        ? answered(Optional.empty())
                        : list(zookeeper).map(Optional::of));
    }

    private static Call<Optional<List<String>>> answered(Optional<List<String>> names) {
        var call = new Call<Optional<List<String>>>();
        call.complete(names);
        return call;
    }

    /** How many nodes there are, if the path is there. */
    private Call<Integer> count(ZooKeeper zookeeper) {
        var call = new Call<Integer>();
        zookeeper.exists(
                path,
                true,
                (code, asked, context, stat) -> {
                    if (code == Code.NONODE.intValue()) {
                        session.known().names(path, Known.Names.NOWHERE); // there is a watch on its being made
                        call.complete(NO_PATH);
                    } else if (code != Code.OK.intValue()) {
                        call.fail(problem(code, path));
                    } else {
                        counted(call, stat);
                    }
                },
                null);
        return call;
    }

    private void counted(Call<Integer> call, Stat stat) {
        if (stat.getNumChildren() > MOST_NODES) {
            call.fail(new IOException(
                    "\"" + path + "\": " + stat.getNumChildren() + " nodes (expected: " + MOST_NODES + " at most)"));
        } else {
            call.complete(stat.getNumChildren());
        }
    }

    private Call<List<String>> list(ZooKeeper zookeeper) {
        var call = new Call<List<String>>();
        zookeeper.getChildren(
                path,
                true,
                (code, asked, context, names) -> {
                    if (code == Code.OK.intValue()) {
                        List<String> sorted = names.stream().sorted().toList(); // of two of one address the first stays
                        session.known().names(path, new Known.Names(true, sorted));
                        call.complete(sorted);
                    } else if (code == Code.NONODE.intValue()) {
                        call.complete(List.of());
                    } else {
                        call.fail(problem(code, path));
                    }
                },
                null);
        return call;
    }

    /** What a code means, in one sentence. */
    static IOException problem(int code, String path) {
        return switch (Code.get(code)) {
            case NOAUTH ->
                new IOException(
                        "\"" + path + "\": not permitted (expected: an ACL by which this user, or anybody, reads)");
            case CONNECTIONLOSS -> new ConnectException("connection lost");
            case SESSIONEXPIRED -> new ConnectException("session expired");
            default -> new IOException("\"" + path + "\": " + Code.get(code));
        };
    }
}
