package dev.penstock.discovery.etcd;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.SourceSubject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A made-up member and a source that asks it by one of the APIs. Thread-safe. */
final class EtcdSubject extends SourceSubject {
    private static final String PREFIX = "/services/orders/";

    private final FakeEtcd etcd;

    private EtcdSubject(FakeEtcd etcd, String api) {
        super(new EtcdFactory(Map.of()), "etcd://" + etcd.address() + "/services/orders?api=" + api);
        this.etcd = etcd;
    }

    static EtcdSubject of(String api) {
        return new EtcdSubject(FakeEtcd.start(), api);
    }

    @Override
    protected void put(List<Endpoint> endpoints, boolean odd) {
        Map<String, String> values = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            values.put(PREFIX + "h1:" + endpoint.host() + ":80", value(endpoint));
        }
        if (odd) {
            values.put(PREFIX + "odd", "no address");
        }
        etcd.put(values);
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

    @Override
    public void fail(String problem) {
        etcd.fail(problem);
    }

    @Override
    protected void end() {
        etcd.close();
    }
}
