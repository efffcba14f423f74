package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.http.Call;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with one ensemble, begun when it is needed, and begun anew when it expired. Thread-safe.
 *
 * <p>The client has two threads of its own. It moves on to another member by itself when one is gone, and its watches with
 * it; an expired session and its watches are lost, and the next read makes others. One that nobody has answered for as long
 * as it lasts is taken for expired: an ensemble that lost its data says so to nobody, but turns away for good whoever has
 * seen more of it than it has now.
 */
final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final ZooKeeperSource source;
    private final Scheduler scheduler;
    private final Known known;
    private final Consumer<String> changed;
    private final Object lock = new Object();
    private final Set<Call<ZooKeeper>> waiting = new HashSet<>(); // guarded by lock
    private @Nullable Client client; // guarded by lock
    private boolean closed; // guarded by lock

    /**
     * Connects to nobody yet.
     *
     * @param changed told the path of what changed, or nothing if that may be anything; called by the client's thread
     */
    Session(ZooKeeperSource source, DiscoveryContext context, Consumer<String> changed) {
        this.source = source;
        scheduler = context.scheduler();
        known = new Known(context.ticker(), source.wholeEvery());
        this.changed = changed;
    }

    /** What its reads have found, as long as its watches say nothing. */
    Known known() {
        return known;
    }

    /** The client, once it is connected; fails if that takes too long. */
    Call<ZooKeeper> connected() {
        var call = new Call<ZooKeeper>();
        synchronized (lock) {
            ZooKeeper ready;
            try {
                ready = ready();
            } catch (IOException | RuntimeException e) {
                call.fail(e);
                return call;
            }
            if (ready != null) {
                call.complete(ready);
                return call;
            }
            waiting.add(call);
        }
        Scheduler.Timer timer =
                scheduler.schedule(source.connectWithin(), () -> call.fail(new ConnectException("cannot connect")));
        CompletionStage<ZooKeeper> end = call;
        end.whenComplete((done, problem) -> {
            timer.cancel();
            synchronized (lock) {
                waiting.remove(call);
            }
        });
        return call;
    }

    /** Null if it is not connected; called with the lock. */
    private @Nullable ZooKeeper ready() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        Client current = client;
        if (current == null) {
            current = new Client();
            current.zookeeper = open(current);
            client = current;
        }
        return current.connected ? current.zookeeper : null;
    }

    private ZooKeeper open(Client watcher) throws IOException {
        String secret = source.user().isEmpty() ? "" : source.password().read();
        var opened = new ZooKeeper(
                String.join(",", source.members()),
                (int) source.session().toMillis(),
                watcher,
                false,
                new ClientSettings());
        if (!source.user().isEmpty()) {
            opened.addAuthInfo("digest", (source.user() + ":" + secret).getBytes(StandardCharsets.UTF_8));
        }
        return opened;
    }

    private void isConnected(Client which) {
        List<Call<ZooKeeper>> ready;
        synchronized (lock) {
            which.connected = true;
            which.expiry.cancel();
            if (which != client) {
                return;
            }
            ready = List.copyOf(waiting);
        }
        ready.forEach(call -> call.complete(which.zookeeper()));
    }

    private void isGone(Client which, boolean forGood) {
        synchronized (lock) {
            boolean left = which.connected;
            which.connected = false;
            if (which != client) {
                return;
            }
            if (forGood) {
                which.expiry.cancel();
                client = null;
            } else if (left) {
                which.expiry = scheduler.schedule(which.lasts(), () -> isExpired(which));
            }
        }
        if (forGood) {
            scheduler.execute(() -> replace(which));
        }
        tell(""); // reads find out whether it comes back in time
    }

    private void isExpired(Client which) {
        synchronized (lock) {
            if (which != client || which.connected) {
                return;
            }
        }
        isGone(which, true);
    }

    private void tell(String path) {
        known.forget(path);
        changed.accept(path);
    }

    /** Reads that wait for a connection wait for that of the next session. */
    private void replace(Client which) {
        end(which);
        List<Call<ZooKeeper>> left;
        synchronized (lock) {
            left = List.copyOf(waiting);
            if (left.isEmpty()) {
                return;
            }
            try {
                ready();
                return;
            } catch (IOException | RuntimeException e) {
                LOG.debug("{}: no session", source.name(), e);
            }
        }
        left.forEach(call -> call.fail(new ConnectException("cannot connect")));
    }

    private static void end(Client which) {
        try {
            which.zookeeper().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the session, its connection and the threads of the client, within a second. */
    @Override
    public void close() {
        List<Call<ZooKeeper>> left;
        Client last;
        synchronized (lock) {
            closed = true;
            left = List.copyOf(waiting);
            last = client;
            client = null;
            if (last != null) {
                last.expiry.cancel();
            }
        }
        left.forEach(call -> call.cancel(true));
        if (last != null) {
            endWithin(last);
        }
    }

    private void endWithin(Client last) {
        var ended = new CountDownLatch(1);
        scheduler.execute(
                () -> { // it may wait for an address to be looked up
                    end(last);
                    ended.countDown();
                });
        try {
            if (!ended.await(ClientSettings.END_WITHIN.toMillis() + 400, TimeUnit.MILLISECONDS)) {
                LOG.debug("{}: the client is still busy after its end", source.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One client and what is known of its connection. The latter is guarded by the lock. */
    private final class Client implements Watcher {
        private @Nullable ZooKeeper zookeeper;
        private boolean connected;
        private Scheduler.Timer expiry = () -> {};

        /** As long as the ensemble keeps its session, and in any case as long as it was asked to. */
        private Duration lasts() {
            Duration agreed = Duration.ofMillis(zookeeper().getSessionTimeout());
            return agreed.compareTo(source.session()) > 0 ? agreed : source.session();
        }

        private ZooKeeper zookeeper() {
            synchronized (lock) { // held until it is made
                if (zookeeper == null) {
                    throw new IllegalStateException("no client");
                }
                return zookeeper;
            }
        }

        @Override
        public void process(WatchedEvent event) {
            String path = event.getPath();
            if (event.getType() != Event.EventType.None) {
                tell(path == null ? "" : path);
                return;
            }
            switch (event.getState()) {
                case SyncConnected -> isConnected(this);
                case Disconnected -> isGone(this, false);
                case Expired, AuthFailed -> isGone(this, true);
                default -> LOG.debug("{}: {}", source.name(), event.getState());
            }
        }
    }
}
