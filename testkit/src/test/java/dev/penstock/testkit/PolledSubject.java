package dev.penstock.testkit;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.SourceRules;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.Backoff;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A polled source whose entries are texts, on real threads with short pauses. */
final class PolledSubject implements DiscoveryContract.Subject {
    private static final SourceRules RULES = SourceRules.defaults()
            .withDebounce(Duration.ofMillis(2), Duration.ofMillis(10))
            .withRelist(Duration.ofMillis(200))
            .withBackoff(new Backoff(Duration.ofMillis(5), 1.5, Duration.ofMillis(50), 0.75));

    private final ControlThreads threads = ControlThreads.create();
    private final PolledDiscovery discovery = new PolledDiscovery(
            "polled",
            query -> SourceReader.blocking(this::read),
            RULES,
            new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
    private volatile List<Endpoint> served = List.of();
    private volatile String problem = "nothing served yet";
    private volatile boolean malformed;

    private Listing read() throws IOException {
        String failure = problem;
        if (!failure.isEmpty()) {
            throw new IOException(failure);
        }
        List<Object> entries = new ArrayList<>(served);
        if (malformed) {
            entries.add("gar\nbage");
        }
        return Listing.of(
                entries, entry -> entry instanceof Endpoint endpoint ? endpoint : Endpoint.parse(entry.toString()));
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public ServiceQuery query() {
        return ServiceQuery.of(ServiceName.of("orders"));
    }

    @Override
    public void serve(List<Endpoint> endpoints) {
        served = List.copyOf(endpoints);
        problem = "";
        discovery.hint();
    }

    @Override
    public void fail(String failure) {
        problem = failure;
        discovery.hint();
    }

    @Override
    public boolean addMalformed() {
        malformed = true;
        discovery.hint();
        return true;
    }

    @Override
    public void close() {
        discovery.close();
        threads.close();
    }
}
