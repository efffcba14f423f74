package dev.penstock.catalog;

import dev.penstock.discovery.DiscoveryContext;
import java.util.List;
import java.util.function.Consumer;

/** A catalog whose definitions are set by code, at any time and from any thread. Thread-safe. */
public final class ManualCatalog implements Catalog {
    private final CatalogPublisher publisher;

    /**
     * A catalog that says nothing yet.
     *
     * @param source its name
     * @param context clock, and threads that tell observers
     */
    public ManualCatalog(String source, DiscoveryContext context) {
        publisher = new CatalogPublisher(source, context.ticker(), context.scheduler());
    }

    /**
     * Says what there is, without listeners.
     *
     * @param routes all of them
     * @param services all of them
     */
    public void set(List<RouteSpec> routes, List<ServiceSpec> services) {
        set(CatalogReader.Found.of(routes, services, List.of()));
    }

    /**
     * Says what there is, and what could not be used.
     *
     * @param found all of it
     */
    public void set(CatalogReader.Found found) {
        publisher.answer(found);
    }

    /**
     * Says that nothing is known at the moment; what was said before stays in use.
     *
     * @param problem one sentence for a person
     */
    public void fail(String problem) {
        publisher.fail(problem);
    }

    @Override
    public Subscription watch(Consumer<CatalogState> observer) {
        return publisher.watch(observer);
    }

    @Override
    public CatalogReport report() {
        return publisher.report();
    }

    @Override
    public void close() {
        publisher.close();
    }
}
