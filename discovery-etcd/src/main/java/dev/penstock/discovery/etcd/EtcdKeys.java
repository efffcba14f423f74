package dev.penstock.discovery.etcd;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import dev.penstock.discovery.PolledKeys;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/** Opens the keys of etcd to be watched. Stateless. */
public final class EtcdKeys {
    private EtcdKeys() {}

    /**
     * Opens a cluster; asks nothing until the first watch.
     *
     * @param uri as in {@code etcd://host:2379,host2:2379?api=v2}, with the options of the source, see {@link EtcdFactory}
     * @param variables the environment, for {@code passwordEnv}
     * @param context clock, threads and chance
     * @return to be closed by the caller
     * @throws IllegalArgumentException if the URI makes no sense
     */
    public static KeyWatch open(URI uri, Map<String, String> variables, DiscoveryContext context) {
        requireNonNull(context, "context");
        EtcdSource source = EtcdSource.of(EtcdUri.of(uri, Set.of()), variables);
        var http = new EtcdHttp(source, context.scheduler());
        EtcdApi api = EtcdDiscovery.api(source, http);
        return new PolledKeys(
                source.name(),
                key -> {
                    var poll = new KeyPoll(key, api, context.ticker());
                    return () -> poll.read(source.changeWithin())
                            .map(round -> new PolledKeys.Found(
                                    round.found().values(), round.found().skipped(), round.nextRead()));
                },
                source.rules(),
                context,
                http::close);
    }
}
