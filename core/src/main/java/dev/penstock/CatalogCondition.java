package dev.penstock;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogReport;
import dev.penstock.discovery.Problems;
import dev.penstock.observe.Observer;
import dev.penstock.observe.PlugInFaults;
import dev.penstock.time.Ticker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a catalog of a third party is: what is wrong with it, by itself or by its own report, and since when. Thread-safe. */
final class CatalogCondition {
    private final String name;
    private final Ticker ticker;
    private final PlugInFaults faults;
    private volatile Trouble trouble;
    private volatile long readySinceNanos;

    /** What is wrong with the plug-in itself; nothing if empty. */
    private record Trouble(String problem, long sinceNanos) {}

    CatalogCondition(String name, Ticker ticker, Observer events) {
        this.name = name;
        this.ticker = ticker;
        faults = new PlugInFaults("catalog " + name, ticker, events);
        trouble = new Trouble("", ticker.nanos());
        readySinceNanos = trouble.sinceNanos;
    }

    void troubled(String problem, @Nullable Throwable cause) {
        Trouble before = trouble;
        trouble = new Trouble(problem, before.problem.isEmpty() ? ticker.nanos() : before.sinceNanos);
        faults.report(problem, cause);
    }

    void well() {
        trouble = new Trouble("", ticker.nanos());
    }

    /** It told something that may count. */
    void told(boolean first) {
        if (first || !trouble.problem.isEmpty()) {
            readySinceNanos = ticker.nanos();
        }
        well();
    }

    CatalogStatus status(boolean answered, @Nullable Catalog open, long revision, List<String> rejected) {
        Trouble own = trouble;
        CatalogReport report = report(open);
        boolean fails = !own.problem.isEmpty() || !report.problem().isEmpty();
        String problem = own.problem.isEmpty() ? report.problem() : own.problem;
        long failsSince = own.problem.isEmpty() ? report.sinceNanos() : own.sinceNanos;
        CatalogStatus.State state = answered
                ? fails ? CatalogStatus.State.STALE : CatalogStatus.State.READY
                : fails ? CatalogStatus.State.FAILED : CatalogStatus.State.PENDING;
        return new CatalogStatus(
                name,
                state,
                fails ? failsSince : readySince(report),
                Problems.line(problem),
                revision,
                report.skipped().stream().map(Problems::line).toList(),
                rejected,
                faults.count());
    }

    private long readySince(CatalogReport report) {
        boolean later = !report.equals(CatalogReport.NOTHING) && report.sinceNanos() - readySinceNanos > 0;
        return later ? report.sinceNanos() : readySinceNanos;
    }

    private CatalogReport report(@Nullable Catalog open) {
        try {
            CatalogReport report = open == null ? CatalogReport.NOTHING : open.report();
            if (report != null) {
                return report;
            }
            faults.report("report() returned null", null);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            faults.report("report() threw", e);
        }
        return CatalogReport.NOTHING;
    }

    /** Closes what is there; what that throws counts as a fault. */
    void close(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            faults.report("close() threw", e);
        }
    }
}
