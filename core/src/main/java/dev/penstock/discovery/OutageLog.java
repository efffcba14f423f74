package dev.penstock.discovery;

import dev.penstock.time.Ticker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the loops of one source log when it fails and works again: of many services the first speaks for all. Thread-safe. */
final class OutageLog {
    private static final Logger LOG = LoggerFactory.getLogger(SourceLoop.class);
    private static final Duration APART = Duration.ofSeconds(10);

    private final LogLimit failures;
    private final LogLimit recoveries;

    OutageLog(Ticker ticker) {
        failures = new LogLimit(ticker, 1, APART);
        recoveries = new LogLimit(ticker, 1, APART);
    }

    /** A read failed that is the first in a row. */
    void failed(String loop, String problem, int endpoints) {
        if (failures.allows()) {
            String kept = endpoints == 0 ? "what is known" : endpoints + " endpoints";
            LOG.warn("{} failed: {}; keeping {}", loop, problem, kept);
        } else {
            failedAgain(loop, problem);
        }
    }

    /** A read failed after others. */
    void failedAgain(String loop, String problem) {
        LOG.debug("{} failed: {}", loop, problem);
    }

    /** A read found something after others had failed. */
    void recovered(String loop, int endpoints) {
        String found = endpoints == 0 ? "" : ": " + endpoints + " endpoints";
        if (recoveries.allows()) {
            LOG.info("{} works again{}", loop, found);
        } else {
            LOG.debug("{} works again{}", loop, found);
        }
    }
}
