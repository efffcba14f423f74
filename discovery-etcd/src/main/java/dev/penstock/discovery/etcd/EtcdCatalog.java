package dev.penstock.discovery.etcd;

import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.PolledCatalog;
import dev.penstock.catalog.RegisteredPorts;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.catalog.SourceCatalog;
import dev.penstock.discovery.DiscoveryContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * All services that registrator keeps below a prefix, with their endpoints: one read and one watch for all. Thread-safe.
 */
final class EtcdCatalog implements SourceCatalog {
    private final EtcdHttp http;
    private final PolledCatalog polled;

    EtcdCatalog(EtcdSource source, String prefix, ServicePorts ports, DiscoveryContext context) {
        http = new EtcdHttp(source, context.scheduler());
        var poll = new KeyPoll(prefix, EtcdDiscovery.api(source, http), context.ticker());
        polled = new PolledCatalog(source.name(), new Reader(source, prefix, ports, poll), source.rules(), context);
    }

    /** Reads the prefix. Confined to its loop. */
    private static final class Reader implements CatalogReader {
        private final EtcdSource source;
        private final String prefix;
        private final ServicePorts ports;
        private final KeyPoll poll;
        private volatile boolean wasThere;

        private Reader(EtcdSource source, String prefix, ServicePorts ports, KeyPoll poll) {
            this.source = source;
            this.prefix = prefix;
            this.ports = ports;
            this.poll = poll;
        }

        @Override
        public CompletionStage<Found> read() {
            return confirm(source.changeWithin());
        }

        @Override
        public CompletionStage<Found> confirm(Duration longest) {
            Duration wait = longest.compareTo(source.changeWithin()) < 0 ? longest : source.changeWithin();
            return poll.read(wait)
                    .map(round -> Checked.read(() -> found(round.found())).withNextRead(round.nextRead()));
        }

        /** Folders stay when what is in them goes: that this one is gone says nothing of services. */
        private Found found(EtcdApi.Found keys) throws IOException {
            if (keys.missing() && wasThere) {
                throw new IOException("\"" + prefix + "\" is not there any more (expected: a folder)");
            }
            wasThere = !keys.missing();
            var registered = new RegisteredPorts(source.name());
            keys.skipped().forEach(registered::skip);
            registered.keys(prefix, keys.values(), Registrations::endpoint);
            return registered.found(ports);
        }
    }

    @Override
    public PolledCatalog polled() {
        return polled;
    }

    @Override
    public void release() {
        http.close();
    }
}
