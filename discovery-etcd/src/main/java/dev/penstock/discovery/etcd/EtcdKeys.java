package dev.penstock.discovery.etcd;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import dev.penstock.discovery.PolledKeys;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The keys of etcd, watched. Thread-safe. */
public final class EtcdKeys implements KeyWatch {
    private final EtcdHttp http;
    private final PolledKeys keys;

    private EtcdKeys(EtcdHttp http, PolledKeys keys) {
        this.http = http;
        this.keys = keys;
    }

    /**
     * Opens a cluster; asks nothing until the first watch.
     *
     * @param uri as in {@code etcd://host:2379,host2:2379?api=v2}, with the options of the source, see {@link EtcdFactory}
     * @param variables the environment, for {@code passwordEnv}
     * @param context clock, threads and chance
     * @return to be closed by the caller
     * @throws IllegalArgumentException if the URI makes no sense
     */
    public static EtcdKeys open(URI uri, Map<String, String> variables, DiscoveryContext context) {
        requireNonNull(context, "context");
        EtcdSource source = EtcdSource.of(EtcdUri.of(uri, Set.of()), variables);
        var http = new EtcdHttp(source, context.scheduler());
        EtcdApi api = EtcdDiscovery.api(source, http);
        var keys = new PolledKeys(
                source.name(),
                key -> {
                    var poll = new KeyPoll(key, api, context.ticker());
                    return () -> poll.read(source.changeWithin())
                            .map(round -> new PolledKeys.Found(
                                    round.found().values(), round.found().skipped(), round.nextRead()));
                },
                source.rules(),
                context);
        return new EtcdKeys(http, keys);
    }

    @Override
    public Subscription watch(String key, Consumer<KeyState> observer) {
        return keys.watch(key, observer);
    }

    @Override
    public void close() {
        keys.close();
        http.close();
    }
}
