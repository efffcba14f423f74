package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import dev.penstock.discovery.PolledKeys;
import java.util.function.Consumer;

/** The values of nodes as texts, by one session. Thread-safe. */
final class ZooKeeperKeys implements KeyWatch {
    private final Session session;
    private final PolledKeys polled;

    ZooKeeperKeys(ZooKeeperSource source, DiscoveryContext context) {
        session = new Session(source, context, this::changed);
        polled = new PolledKeys(source.name(), this::reader, source.rules(), context);
    }

    Session session() {
        return session;
    }

    private PolledKeys.Reader reader(String key) {
        var texts = new Texts(session, key);
        return texts::read;
    }

    /** What an event says is only a hint; what is read afterwards counts. */
    private void changed(String path) {
        polled.hint();
    }

    @Override
    public Subscription watch(String key, Consumer<KeyState> observer) {
        return polled.watch(key, observer);
    }

    @Override
    public void close() {
        polled.close();
        session.close();
    }
}
