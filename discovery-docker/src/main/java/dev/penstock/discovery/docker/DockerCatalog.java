package dev.penstock.discovery.docker;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.CatalogReport;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.PolledCatalog;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Question;
import dev.penstock.discovery.SharedParts;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The routes and services that the things of one daemon claim. Thread-safe. */
final class DockerCatalog implements Catalog {
    private final SharedParts.Held<Daemon> held;
    private final Question<Snapshot, CatalogReader.Found> question;
    private final PolledCatalog polled;
    private final Object lock = new Object();
    private boolean asked;
    private boolean closed;

    /** For those which the definitions of one daemon are made of. */
    DockerCatalog(
            DaemonSettings settings,
            Environment environment,
            int maxBytes,
            Conventions conventions,
            Definitions definitions,
            DiscoveryContext context) {
        held = Daemon.hold(settings, environment, maxBytes, context);
        Daemon daemon = held.part();
        polled = new PolledCatalog(daemon.name(), this::read, Daemon.askers(settings), context);
        question = new Question<>(
                snapshot -> definitions.of(daemon.view(snapshot, conventions)),
                CatalogReader.Found::skipped,
                polled::hint);
    }

    /** One read of its loop. */
    CompletionStage<CatalogReader.Found> read() {
        synchronized (lock) {
            if (!asked && !closed) {
                asked = true;
                held.part().ask(question);
            }
        }
        return question.read();
    }

    @Override
    public Subscription watch(Consumer<CatalogState> observer) {
        return polled.watch(observer);
    }

    @Override
    public CatalogReport report() {
        return polled.report();
    }

    @Override
    public void close() {
        polled.close();
        synchronized (lock) {
            closed = true;
            held.part().drop(question);
        }
        held.close();
    }
}
