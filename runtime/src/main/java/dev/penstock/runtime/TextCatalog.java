package dev.penstock.runtime;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogPublisher;
import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.CatalogReport;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.ConfigurationReader;
import dev.penstock.config.Fault;
import dev.penstock.config.RemoteText;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Definitions that stand in a store of texts, in one of them or in several below one key. A text with a fault keeps what
 * it said before; one that is deleted defines nothing any more. Where none has been right yet, the catalog has not answered.
 * Thread-safe.
 */
final class TextCatalog implements Catalog {
    /** The most texts below one key. */
    static final int MOST_TEXTS = 1_000;

    /** What bytes that are no UTF-8 are read as. */
    private static final char UNREADABLE = '\uFFFD';

    private static final Logger LOG = LoggerFactory.getLogger(TextCatalog.class);

    private final String source;
    private final KeyWatch store;
    private final String key;
    private final ConfigurationReader reader;
    private final CatalogPublisher publisher;
    private final Object lock = new Object();
    private KeyWatch.@Nullable Subscription subscription; // guarded by lock
    private boolean closed; // guarded by lock
    private Map<String, Text> known = Map.of(); // confined to what the store calls, one call at a time

    /**
     * Asks nothing until the first subscription.
     *
     * @param source its name
     * @param store closed with it
     * @param key of the text, or with a slash at its end the beginning of the keys of all
     * @param reader reads them
     * @param context clock and threads
     */
    TextCatalog(String source, KeyWatch store, String key, ConfigurationReader reader, DiscoveryContext context) {
        this.source = source;
        this.store = store;
        this.key = key;
        this.reader = reader;
        publisher = CatalogPublisher.quiet(source, context.ticker(), context.scheduler());
    }

    /** What a text says, what it defines or defined when it was last right, and what is wrong with it now. */
    private record Text(String said, @Nullable RemoteText defined, String problem) {}

    @Override
    public Subscription watch(Consumer<CatalogState> observer) {
        Subscription told = publisher.watch(requireNonNull(observer, "observer"));
        synchronized (lock) {
            if (subscription == null && !closed) {
                subscription = store.watch(key, this::changed);
            }
        }
        return told;
    }

    private void changed(KeyWatch.KeyState state) {
        if (!state.problem().isEmpty()) {
            publisher.fail(state.problem()); // the store says so in the log
            return;
        }
        if (state.values().size() > MOST_TEXTS) {
            publisher.fail(state.values().size() + " texts (expected: " + MOST_TEXTS + " at most)");
            return;
        }
        Map<String, Text> now = new TreeMap<>();
        state.values().forEach((name, said) -> now.put(name, text(name, said)));
        known = now;
        boolean usable = now.isEmpty() || now.values().stream().anyMatch(text -> text.defined() != null);
        if (usable || publisher.current() != null) {
            publisher.answer(found(now.values().stream().toList()));
        } else { // nothing but faults from the start on is no answer: a start waits for one
            List<String> problems = now.values().stream().map(Text::problem).toList();
            publisher.fail(problems.get(0), problems);
        }
    }

    private Text text(String name, String said) {
        Text before = known.get(name);
        if (before != null && before.said().equals(said)) {
            return before;
        }
        try {
            if (said.indexOf(UNREADABLE) >= 0) {
                throw unusable(name, "not a text (expected: UTF-8)");
            }
            RemoteText former = before == null ? null : before.defined();
            RemoteText read = former == null ? reader.remote(source, name, said) : reader.remote(former, said);
            var text = new Text(said, read, "");
            if (before != null && !before.problem().isEmpty()) {
                LOG.info("{}: {} is right again", source, name);
            }
            return text;
        } catch (ConfigurationException e) {
            String problem = e.faults().stream().map(Fault::toString).collect(Collectors.joining("; "));
            RemoteText stays = before == null ? null : before.defined();
            LOG.warn("{}: {}; {}", source, problem, stays == null ? "left out" : "what it said before stays");
            return new Text(said, stays, problem);
        }
    }

    private static ConfigurationException unusable(String name, String message) {
        return new ConfigurationException(List.of(new Fault(name, 0, 0, "", message)));
    }

    private static CatalogReader.Found found(List<Text> texts) {
        List<ListenerSpec> listeners = new ArrayList<>();
        List<RouteSpec> routes = new ArrayList<>();
        List<ServiceSpec> services = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (Text text : texts) {
            if (text.defined() != null) {
                CatalogState defined = text.defined().state();
                listeners.addAll(defined.listeners());
                routes.addAll(defined.routes());
                services.addAll(defined.services());
            }
            if (!text.problem().isEmpty()) {
                skipped.add(text.problem());
            }
        }
        return CatalogReader.Found.of(routes, services, skipped).withListeners(listeners);
    }

    @Override
    public CatalogReport report() {
        return publisher.report();
    }

    @Override
    public void close() {
        KeyWatch.Subscription running;
        synchronized (lock) {
            closed = true;
            running = subscription;
        }
        if (running != null) {
            running.close();
        }
        publisher.close();
        store.close();
    }
}
