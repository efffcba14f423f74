package dev.penstock.discovery.etcd;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.DiscoveryContract;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A made-up member and a source that asks it by one of the APIs. Thread-safe. */
final class EtcdSubject implements DiscoveryContract.Subject {
    private static final String PREFIX = "/services/orders/";

    private final FakeEtcd etcd = FakeEtcd.start();
    private final ControlThreads threads = ControlThreads.create();
    private final EtcdFactory factory = new EtcdFactory(Map.of());
    private final URI uri;
    private final Discovery discovery;
    private Map<String, String> served = Map.of();
    private boolean malformed;

    EtcdSubject(String api) {
        uri = URI.create("etcd://" + etcd.address() + "/services/orders?api=" + api);
        discovery =
                factory.open(factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public ServiceQuery query() {
        return factory.query(ServiceName.of("orders"), uri);
    }

    @Override
    public synchronized void serve(List<Endpoint> endpoints) {
        Map<String, String> values = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            values.put(PREFIX + "h1:" + endpoint.host() + ":80", value(endpoint));
        }
        served = values;
        put();
    }

    private static String value(Endpoint endpoint) {
        return endpoint.weight() == 1
                ? endpoint.address()
                : String.format(
                        Locale.ROOT,
                        "{\"host\":\"%s\",\"port\":%d,\"weight\":%d}",
                        endpoint.host(),
                        endpoint.port(),
                        endpoint.weight());
    }

    private void put() {
        Map<String, String> all = new TreeMap<>(served);
        if (malformed) {
            all.put(PREFIX + "odd", "no address");
        }
        etcd.put(all);
    }

    @Override
    public void fail(String problem) {
        etcd.fail(problem);
    }

    @Override
    public synchronized boolean addMalformed() {
        malformed = true;
        put();
        return true;
    }

    @Override
    public void close() {
        discovery.close();
        threads.close();
        etcd.close();
    }
}
