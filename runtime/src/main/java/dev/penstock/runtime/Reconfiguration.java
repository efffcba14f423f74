package dev.penstock.runtime;

import dev.penstock.Applied;
import dev.penstock.catalog.CatalogDifference;
import dev.penstock.catalog.CatalogException;
import dev.penstock.config.Configuration;
import dev.penstock.config.Fault;
import dev.penstock.config.Reading;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a runtime become what is read, and says in the log what came of it. Confined to one thread at a time. */
final class Reconfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFollower.class);

    private final String what;
    private final GatewayRuntime runtime;
    private final Configuration started;
    private Configuration running;
    private List<String> waiting = List.of();

    /**
     * A runtime that may become another.
     *
     * @param what is read, as the log calls it
     * @param started what the runtime was started with
     */
    Reconfiguration(String what, GatewayRuntime runtime, Configuration started) {
        this.what = what;
        this.runtime = runtime;
        this.started = started;
        running = started;
    }

    /** One fault a line; empty if what was read last is in effect. */
    String problem() {
        return String.join("\n", runtime.readings().faults());
    }

    /**
     * Puts what was read into effect, if it can be.
     *
     * @param asked whether somebody wants to know also that nothing changed
     */
    void become(Reading reading, boolean asked) {
        Configuration next = reading.configuration();
        if (next == null) {
            refuse(reading.faults().stream().map(Fault::toString).toList());
            return;
        }
        Applied applied;
        try {
            applied = runtime.apply(next);
        } catch (CatalogException e) {
            refuse(e.problems().stream().map(Object::toString).toList());
            return;
        }
        boolean catalogs = !next.catalogs().equals(running.catalogs());
        running = next;
        boolean mended = !runtime.readings().faults().isEmpty();
        runtime.readings().used();
        tell(applied.difference(), catalogs, asked || mended);
        if (!applied.shadowed().isEmpty()) {
            LOG.warn(
                    "{}: not in effect, since somebody else defines them: {}",
                    what,
                    ChangeLog.named(applied.shadowed()));
        }
        tellRestart(started.restartNeededFor(next));
    }

    /** What was read could not be put into effect for no fault of its own; nobody knows how much of it is. */
    void failed(RuntimeException e) {
        runtime.readings().refused(List.of(what + ": a fault of the program while it was put into effect: " + e));
        LOG.error("{}: a fault of the program while it was put into effect", what, e);
    }

    private void refuse(List<String> problems) {
        runtime.readings().refused(problems);
        LOG.error("{}: cannot be used, all stays as it is: {}", what, String.join("; ", problems));
    }

    private void tell(CatalogDifference difference, boolean catalogs, boolean anyway) {
        List<String> parts = new ArrayList<>();
        add(parts, "added", difference.added());
        add(parts, "removed", difference.removed());
        add(parts, "changed", difference.changed());
        if (catalogs) {
            parts.add("other catalogs are followed");
        }
        if (!parts.isEmpty()) {
            LOG.info("{}: in effect: {}", what, String.join("; ", parts));
        } else if (anyway) {
            LOG.info("{}: in effect, nothing to change", what);
        }
    }

    /** Each time that there is news of it. */
    private void tellRestart(List<String> keys) {
        if (!keys.isEmpty() && !keys.equals(waiting)) {
            LOG.warn("{}: takes effect in a new process only: {}", what, String.join(", ", keys));
        }
        waiting = keys;
    }

    private static void add(List<String> parts, String how, List<String> names) {
        if (!names.isEmpty()) {
            parts.add(how + " " + ChangeLog.named(names));
        }
    }
}
