package dev.penstock.discovery.marathon;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.Question;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SharedParts;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.Watch;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The services of one Marathon. Thread-safe. */
final class MarathonDiscovery implements Discovery {
    private final SharedParts.Held<Cluster> held;
    private final PolledDiscovery polled;

    MarathonDiscovery(URI shared, Map<String, String> variables, DiscoveryContext context) {
        held = Cluster.hold(shared, variables, context);
        polled = new PolledDiscovery(
                held.part().name(), this::reader, held.part().askers(), context);
    }

    private SourceReader reader(ServiceQuery query) {
        Selection selection = Selection.of(query);
        var question = new Question<Snapshot, Listing>(selection::listing, Listing::skipped, () -> polled.hint(query));
        held.part().ask(question);
        return new Reader(held.part(), question);
    }

    private record Reader(Cluster cluster, Question<Snapshot, Listing> question) implements SourceReader {
        @Override
        public CompletionStage<Listing> read() {
            return question.read();
        }

        @Override
        public void close() {
            cluster.drop(question);
        }
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        return polled.watch(query, observer);
    }

    @Override
    public void close() {
        polled.close();
        held.close();
    }
}
