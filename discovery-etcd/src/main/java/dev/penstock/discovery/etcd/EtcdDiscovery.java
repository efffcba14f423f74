package dev.penstock.discovery.etcd;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.Watch;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One cluster and the services that are watched there. Thread-safe. */
final class EtcdDiscovery implements Discovery {
    private final EtcdSource source;
    private final DiscoveryContext context;
    private final EtcdHttp http;
    private final EtcdApi api;
    private final PolledDiscovery polled;

    EtcdDiscovery(EtcdSource source, DiscoveryContext context) {
        this.source = source;
        this.context = context;
        http = new EtcdHttp(source, context.scheduler());
        api = api(source, http);
        polled = new PolledDiscovery(source.name(), this::reader, source.rules(), context);
    }

    static EtcdApi api(EtcdSource source, EtcdHttp http) {
        return source.second() ? new ApiV2(http, source) : new ApiV3(http, source);
    }

    private SourceReader reader(ServiceQuery query) {
        String prefix = "/" + query.name() + "/";
        boolean udp = query.options().containsKey("udp");
        var poll = new KeyPoll(prefix, api, context.ticker());
        return new SourceReader() {
            @Override
            public CompletionStage<Listing> read() {
                return confirm(source.changeWithin());
            }

            @Override
            public CompletionStage<Listing> confirm(Duration longest) {
                Duration wait = longest.compareTo(source.changeWithin()) < 0 ? longest : source.changeWithin();
                return poll.read(wait)
                        .map(round ->
                                Registrations.read(round.found(), prefix, udp).withNextRead(round.nextRead()));
            }
        };
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        return polled.watch(query, observer);
    }

    @Override
    public void close() {
        polled.close();
        http.close();
    }
}
