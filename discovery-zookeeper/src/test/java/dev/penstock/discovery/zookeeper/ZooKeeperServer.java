package dev.penstock.discovery.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import dev.penstock.testkit.ScriptedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/** A real server, run by {@code tools/servers/zookeeper} in a folder of the test. Confined to its test. */
public final class ZooKeeperServer implements AutoCloseable {
    /** Whoever asks. */
    static final List<ACL> ANYBODY = Arrays.asList(new ACL(ZooDefs.Perms.ALL, new Id("world", "anyone")));

    /** Who writes it, and nobody else. */
    static final List<ACL> OWNER = Arrays.asList(new ACL(ZooDefs.Perms.ALL, new Id("auth", "")));

    private static final Path JAR = Path.of("/usr/share/java/zookeeper.jar");

    private final ScriptedServer server;

    private ZooKeeperServer(ScriptedServer server) {
        this.server = server;
    }

    public static ZooKeeperServer start(Path folder) {
        RequiresTool.find("java");
        RequiresTool.file(JAR);
        return new ZooKeeperServer(
                ScriptedServer.start(Path.of("..", "tools", "servers", "zookeeper"), folder, Map.of()));
    }

    /** Starts again, at the same port and with the same data. */
    public void start() {
        server.start();
    }

    /** Kills it; the data stays. */
    public void stop() {
        server.stop();
    }

    public String address() {
        return server.address();
    }

    /** How many packets it was sent since it began, by its own count. */
    long received() throws IOException {
        String address = address();
        int colon = address.lastIndexOf(':');
        try (var socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Long.parseLong(said.replaceFirst("(?s).*Received: ([0-9]+).*", "$1"));
        }
    }

    /** What somebody else does there, by a session of their own. */
    public Client client() {
        return new Client(connected(watcher -> open(watcher, 0, new byte[0])));
    }

    /** One who holds the session of another. */
    Client client(long session, byte[] password) {
        return new Client(connected(watcher -> open(watcher, session, password)));
    }

    private interface Opening {
        ZooKeeper with(Watcher watcher) throws IOException;
    }

    private static ZooKeeper connected(Opening opening) {
        var ready = new CountDownLatch(1); // a future would have JUnit's pool start another thread meanwhile
        try {
            ZooKeeper zookeeper = opening.with(event -> {
                if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                    ready.countDown();
                }
            });
            assertThat(ready.await(30, TimeUnit.SECONDS)).isTrue();
            return zookeeper;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private ZooKeeper open(Watcher watcher, long session, byte[] password) throws IOException {
        var settings = new ClientSettings();
        settings.setProperty(ClientSettings.ZOOKEEPER_REQUEST_TIMEOUT, "30000");
        if (session == 0) {
            return new ZooKeeper(address(), 30_000, watcher, false, settings);
        }
        var hosts = new StaticHostProvider(new ConnectStringParser(address()).getServerAddresses());
        return new ZooKeeper(address(), 30_000, watcher, session, password, false, hosts, settings);
    }

    @Override
    public void close() {
        stop();
    }

    /** A session of a test. Confined to it. */
    public static final class Client implements AutoCloseable {
        private final ZooKeeper zookeeper;

        private Client(ZooKeeper zookeeper) {
            this.zookeeper = zookeeper;
        }

        ZooKeeper zookeeper() {
            return zookeeper;
        }

        private interface Doing<T> {
            T done() throws KeeperException, InterruptedException;
        }

        private static <T> T tried(Doing<T> doing) {
            try {
                return doing.done();
            } catch (KeeperException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        boolean exists(String path) {
            return tried(() -> zookeeper.exists(path, false)) != null;
        }

        List<String> children(String path) {
            return tried(() -> zookeeper.getChildren(path, false));
        }

        /** Writes a node, and those above it if they are not there. */
        public void put(String path, String value) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            if (exists(path)) {
                tried(() -> zookeeper.setData(path, bytes, -1));
                return;
            }
            folders(path.substring(0, path.lastIndexOf('/')));
            tried(() -> zookeeper.create(path, bytes, ANYBODY, CreateMode.PERSISTENT));
        }

        /** A node that goes with this session. */
        void putForTheSession(String path, String value) {
            folders(path.substring(0, path.lastIndexOf('/')));
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            tried(() -> zookeeper.create(path, bytes, ANYBODY, CreateMode.EPHEMERAL));
        }

        /** Makes these folders where they are missing. */
        void folders(String path) {
            if (!path.isEmpty() && !exists(path)) {
                folders(path.substring(0, path.lastIndexOf('/')));
                tried(() -> zookeeper.create(path, new byte[0], ANYBODY, CreateMode.PERSISTENT));
            }
        }

        public void delete(String path) {
            children(path).forEach(child -> delete(path + "/" + child));
            tried(() -> {
                zookeeper.delete(path, -1);
                return path;
            });
        }

        /** Removes nodes, all at once. */
        void removeAtOnce(String... paths) {
            List<Op> all = new ArrayList<>();
            for (String path : paths) {
                all.add(Op.delete(path, -1));
            }
            tried(() -> zookeeper.multi(all));
        }

        /** Makes many nodes at once. */
        void add(String folder, Map<String, String> values) {
            List<Op> all = new ArrayList<>();
            values.forEach((name, value) -> all.add(Op.create(
                    folder + "/" + name, value.getBytes(StandardCharsets.UTF_8), ANYBODY, CreateMode.PERSISTENT)));
            tried(() -> zookeeper.multi(all));
        }

        /** Has a folder hold these nodes and no others, all at once. */
        void replace(String folder, Map<String, String> values) {
            folders(folder);
            List<Op> all = new ArrayList<>();
            List<String> before = children(folder);
            before.stream()
                    .filter(name -> !values.containsKey(name))
                    .forEach(name -> all.add(Op.delete(folder + "/" + name, -1)));
            values.forEach((name, value) -> {
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                String path = folder + "/" + name;
                all.add(
                        before.contains(name)
                                ? Op.setData(path, bytes, -1)
                                : Op.create(path, bytes, ANYBODY, CreateMode.PERSISTENT));
            });
            if (!all.isEmpty()) {
                tried(() -> zookeeper.multi(all));
            }
        }

        @Override
        public void close() {
            try {
                zookeeper.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
