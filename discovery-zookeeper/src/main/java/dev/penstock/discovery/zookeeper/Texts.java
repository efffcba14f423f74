package dev.penstock.discovery.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.discovery.PolledKeys;
import dev.penstock.discovery.http.Call;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * The text of one node, or of all nodes right below one, each read with a watch. A node that is not there has none, and its
 * watch tells when it is made. Thread-safe.
 */
final class Texts {
    /** How many are asked for at a time. */
    private static final int AT_A_TIME = 16;

    private final Session session;
    private final String key;

    /** Of a node, or with a slash at the end of the key of those below it. */
    Texts(Session session, String key) {
        this.session = session;
        this.key = key;
    }

    /** What one node says; null where it is not there. */
    private record Text(String path, @Nullable String value) {}

    Call<PolledKeys.Found> read() {
        if (!key.endsWith("/")) {
            return session.connected().then(zookeeper -> text(zookeeper, key)).map(text -> found(List.of(text)));
        }
        String folder = key.length() == 1 ? key : key.substring(0, key.length() - 1);
        session.known().begin(folder, false);
        return new Folder(session, folder, false).names().then(names -> {
            List<String> paths = names.orElse(List.of()).stream()
                    .map(name -> (folder.equals("/") ? "" : folder) + "/" + name)
                    .toList();
            return session.connected()
                    .then(zookeeper -> Several.of(paths.size(), AT_A_TIME, index -> text(zookeeper, paths.get(index))))
                    .map(Texts::found);
        });
    }

    private static PolledKeys.Found found(List<Text> texts) {
        Map<String, String> values = new TreeMap<>();
        for (Text text : texts) {
            if (text.value() != null) {
                values.put(text.path(), text.value());
            }
        }
        return new PolledKeys.Found(values, List.of(), null);
    }

    private static Call<Text> text(ZooKeeper zookeeper, String path) {
        var call = new Call<Text>();
        zookeeper.getData(
                path,
                true,
                (code, asked, context, bytes, stat) -> {
                    if (code == Code.OK.intValue()) {
                        call.complete(new Text(path, new String(bytes == null ? new byte[0] : bytes, UTF_8)));
                    } else if (code == Code.NONODE.intValue()) {
                        awaitMade(zookeeper, path, call);
                    } else {
                        call.fail(Folder.problem(code, path));
                    }
                },
                null);
        return call;
    }

    /** A read of what is not there leaves no watch, but asking whether it is there does. */
    private static void awaitMade(ZooKeeper zookeeper, String path, Call<Text> call) {
        zookeeper.exists(
                path,
                true,
                (code, asked, context, stat) -> {
                    if (code == Code.NONODE.intValue()) {
                        call.complete(new Text(path, null));
                    } else if (code == Code.OK.intValue()) { // made meanwhile
                        CompletionStage<Text> again = text(zookeeper, path);
                        again.whenComplete((text, problem) -> {
                            if (problem == null) {
                                call.complete(text);
                            } else {
                                call.fail(problem);
                            }
                        });
                    } else {
                        call.fail(Folder.problem(code, path));
                    }
                },
                null);
    }
}
