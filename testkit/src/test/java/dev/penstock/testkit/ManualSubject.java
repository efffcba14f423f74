package dev.penstock.testkit;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.function.BiFunction;

/** A manual source, alone or within another, on real threads. */
final class ManualSubject implements DiscoveryContract.Subject {
    private static final ServiceName ORDERS = ServiceName.of("orders");

    private final ControlThreads threads = ControlThreads.create();
    private final ManualDiscovery manual;
    private final Discovery discovery;

    ManualSubject(BiFunction<ManualDiscovery, DiscoveryContext, Discovery> within) {
        var context = new DiscoveryContext(Ticker.system(), threads, Randomness.system());
        manual = new ManualDiscovery("manual", context);
        discovery = within.apply(manual, context);
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public ServiceQuery query() {
        return ServiceQuery.of(ORDERS);
    }

    @Override
    public void serve(List<Endpoint> endpoints) {
        manual.set(ORDERS, endpoints);
    }

    @Override
    public void fail(String problem) {
        manual.fail(ORDERS, problem);
    }

    @Override
    public void close() {
        discovery.close();
        manual.close();
        threads.close();
    }
}
