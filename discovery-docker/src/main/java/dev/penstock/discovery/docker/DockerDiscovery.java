package dev.penstock.discovery.docker;

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
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The services found at one daemon. Thread-safe. */
final class DockerDiscovery implements Discovery {
    private final SharedParts.Held<Daemon> held;
    private final PolledDiscovery polled;

    DockerDiscovery(DaemonSettings settings, Environment environment, int maxBytes, DiscoveryContext context) {
        held = Daemon.hold(settings, environment, maxBytes, context);
        polled = new PolledDiscovery(held.part().name(), this::reader, Daemon.askers(settings), context);
    }

    private SourceReader reader(ServiceQuery query) {
        Daemon daemon = held.part();
        Selection selection = Selection.of(query);
        var question = new Question<Snapshot, Listing>(
                snapshot -> selection.listing(daemon.view(snapshot, selection.conventions())),
                Listing::skipped,
                () -> polled.hint(query));
        daemon.ask(question);
        return new Reader(daemon, question);
    }

    private record Reader(Daemon daemon, Question<Snapshot, Listing> question) implements SourceReader {
        @Override
        public CompletionStage<Listing> read() {
            return question.read();
        }

        @Override
        public void close() {
            daemon.drop(question);
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
