package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.Watch;
import java.util.function.Consumer;

/** One ensemble and the services that are watched there, by one session. Thread-safe. */
final class ZooKeeperDiscovery implements Discovery {
    private final Session session;
    private final PolledDiscovery polled;

    ZooKeeperDiscovery(ZooKeeperSource source, DiscoveryContext context) {
        session = new Session(source, context, this::changed);
        polled = new PolledDiscovery(source.name(), this::reader, source.rules(), context);
    }

    Session session() {
        return session;
    }

    private SourceReader reader(ServiceQuery query) {
        var folder = new Folder(session, path(query), query.options().containsKey(ZooKeeperUri.SSL));
        return folder::readWhole;
    }

    private static String path(ServiceQuery query) {
        return "/" + query.name();
    }

    /** What an event says is only a hint; what is read afterwards counts. */
    private void changed(String path) {
        polled.hint(query -> path.isEmpty() || path.equals(path(query)) || path.startsWith(path(query) + "/"));
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        return polled.watch(query, observer);
    }

    @Override
    public void close() {
        polled.close();
        session.close();
    }
}
