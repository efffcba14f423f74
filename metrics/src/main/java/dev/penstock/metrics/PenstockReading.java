package dev.penstock.metrics;

import static java.util.Objects.requireNonNull;

import dev.penstock.CatalogStatus;
import dev.penstock.Penstock;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceStatus;
import dev.penstock.health.Health;
import dev.penstock.load.Load;
import dev.penstock.load.Outcome;
import dev.penstock.retry.Retries;
import dev.penstock.service.Answers;
import dev.penstock.service.LimitStatus;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.Locale;

/** Services, their endpoints and where these come from. Thread-safe. */
public final class PenstockReading implements Reading {
    private final Penstock penstock;
    private final Ticker ticker;

    /**
     * Reads nothing yet.
     *
     * @param penstock what is measured
     * @param ticker the one that its services go by
     */
    public PenstockReading(Penstock penstock, Ticker ticker) {
        this.penstock = requireNonNull(penstock, "penstock");
        this.ticker = requireNonNull(ticker, "ticker");
    }

    @Override
    public void read(Sheet sheet) {
        for (CatalogStatus catalog : penstock.catalogs()) {
            sheet.set(
                    Metric.CATALOG_READY,
                    truth(catalog.problem().isEmpty() && catalog.revision() > 0),
                    catalog.source());
            sheet.set(Metric.CATALOG_REJECTED, catalog.rejected().size(), catalog.source());
        }
        for (SourceStatus source : penstock.sources()) {
            sheet.set(Metric.SOURCE_WATCHES, source.watches(), source.source());
            sheet.set(Metric.SOURCE_FAILING, source.failing(), source.source());
        }
        List<Service> services = penstock.table().services();
        for (Service service : services) {
            service(sheet, service);
        }
        long nowNanos = ticker.nanos();
        for (Service service : services) { // after all services, whose series are fewer
            for (Snapshot.Member member : service.snapshot().members()) {
                endpoint(sheet, service, member, nowNanos);
            }
        }
    }

    private static void service(Sheet sheet, Service service) {
        String name = service.spec().name().value();
        LimitStatus limits = service.limits();
        Retries retries = service.retries();
        Snapshot snapshot = service.snapshot();
        long eligible =
                snapshot.members().stream().filter(Snapshot.Member::eligible).count();
        sheet.set(Metric.SERVICE_REQUESTS, retries.budget().requests(), name);
        sheet.set(Metric.SERVICE_IN_FLIGHT, limits.inFlight(), name);
        sheet.set(Metric.SERVICE_WAITING, limits.waiting(), name);
        sheet.set(Metric.SERVICE_REFUSED, limits.refused(), name, "line_full");
        sheet.set(Metric.SERVICE_REFUSED, limits.shed(), name, "line_slow");
        sheet.set(Metric.SERVICE_REFUSED, limits.expired(), name, "waited_out");
        sheet.set(Metric.SERVICE_REFUSED, limits.stopped(), name, "circuit_open");
        sheet.set(Metric.SERVICE_RETRIES, retries.retries(), name, "retry");
        sheet.set(Metric.SERVICE_RETRIES, retries.hedges(), name, "hedge");
        sheet.set(Metric.SERVICE_RETRIES, retries.budget().denied(), name, "denied");
        if (service.spec().fallback() != null) {
            sheet.set(Metric.SERVICE_FALLBACKS, service.fallbackSwitch().used(), name);
        }
        answers(sheet, name, service.answers());
        sheet.set(Metric.SERVICE_ENDPOINTS, eligible, name, "true");
        sheet.set(Metric.SERVICE_ENDPOINTS, snapshot.members().size() - eligible, name, "false");
        sheet.set(Metric.SERVICE_PANIC, truth(snapshot.panic()), name);
        ServiceState state = service.state();
        sheet.set(
                Metric.SERVICE_SOURCE_READY,
                truth(state instanceof ServiceState.Ready || state instanceof ServiceState.Absent),
                name);
    }

    /** Told once there are some: most services have answers of two or three kinds. */
    private static void answers(Sheet sheet, String name, Answers answers) {
        for (int hundreds = 0; hundreds <= 5; hundreds++) {
            long count = answers.count(hundreds);
            if (count > 0) {
                sheet.set(Metric.SERVICE_ANSWERS, count, name, hundreds == 0 ? "none" : hundreds + "xx");
            }
        }
        for (Outcome outcome : Outcome.values()) {
            long count = answers.count(outcome);
            if (count > 0) {
                sheet.set(Metric.SERVICE_FAILURES, count, name, outcome.name().toLowerCase(Locale.ROOT));
            }
        }
        var latency = new Histogram(Answers.BOUNDS_SECONDS, answers.latencies(), answers.latencySeconds());
        if (latency.count() > 0) {
            sheet.set(Metric.SERVICE_LATENCY, latency, name);
        }
        sheet.set(Metric.SERVICE_RECEIVED, answers.receivedBytes(), name);
        sheet.set(Metric.SERVICE_SENT, answers.sentBytes(), name);
    }

    private static void endpoint(Sheet sheet, Service service, Snapshot.Member member, long nowNanos) {
        String name = service.spec().name().value();
        String address = member.endpoint().address();
        Load load = member.load();
        sheet.set(Metric.ENDPOINT_REQUESTS, load.started(), name, address);
        sheet.set(Metric.ENDPOINT_FAILURES, load.failed(), name, address);
        sheet.set(Metric.ENDPOINT_IN_FLIGHT, load.inFlight(), name, address);
        sheet.set(Metric.ENDPOINT_WEIGHT, member.endpoint().weight(), name, address);
        sheet.set(Metric.ENDPOINT_ELIGIBLE, truth(member.eligible()), name, address);
        Health health = service.health(member.endpoint().id()).health();
        if (health != Health.UNKNOWN) {
            sheet.set(Metric.ENDPOINT_HEALTHY, truth(health == Health.UP), name, address);
        }
        sheet.set(Metric.ENDPOINT_LATENCY, load.costNanos(nowNanos) / 1e9, name, address);
    }

    private static int truth(boolean value) {
        return value ? 1 : 0;
    }
}
