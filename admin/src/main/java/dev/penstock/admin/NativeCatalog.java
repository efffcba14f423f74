package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.Applied;
import dev.penstock.Penstock;
import dev.penstock.Planned;
import dev.penstock.admin.NativeDocument.Kind;
import dev.penstock.admin.NativeDocument.Placed;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Problem;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.ConfigurationReader;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the native API defines, as one more source of definitions: one document, of which each change is applied whole, and
 * over once listeners follow it. Thread-safe; readers wait for nobody.
 */
final class NativeCatalog {
    /** What definitions of the native API say of their source. */
    static final String SOURCE = "api/v1";

    private static final String JSON = "JSON"; // what faults call a body

    private final Penstock penstock;
    private final ListenerWatch listeners;
    private final ConfigurationReader reader;
    private final boolean override;
    private final Writers writers;
    private final Past<NativeDocument> past = new Past<>(); // used by writers alone
    private volatile NativeDocument own = NativeDocument.empty(SOURCE);

    NativeCatalog(Penstock penstock, ApiSetup setup, Writers writers) {
        this.penstock = requireNonNull(penstock, "penstock");
        this.listeners = setup.listeners();
        this.reader = setup.reader();
        this.override = setup.settings().api().override();
        this.writers = writers;
    }

    /** What is defined now. */
    NativeDocument document() {
        return own;
    }

    /** Replaces all of it; with a dry run, says what would come of that. */
    Planned put(AdminRequest request, boolean dryRun) {
        return writers.change(() -> {
            Etag.check(request, NativeDocument.pretty(own.tree()));
            JsonNode tree = NativeDocument.parse(request.body());
            try {
                CatalogState state = reader.definitions(SOURCE, JSON, request.body());
                return apply(new NativeDocument((ObjectNode) tree, state), dryRun);
            } catch (ConfigurationException e) {
                throw NativeFaults.of(e, tree);
            }
        });
    }

    /** Adds an item, or puts it in the place of the one with its name. */
    Planned put(Kind kind, String name, AdminRequest request, boolean dryRun) {
        return writers.change(() -> {
            JsonNode now = own.item(kind, name);
            Etag.check(request, now == null ? null : NativeDocument.pretty(now));
            Placed placed = own.placed(kind, name, request.body());
            try {
                CatalogState state = reader.definitions(SOURCE, JSON, placed.text());
                return apply(new NativeDocument(own.with(kind, name, placed.item()), state), dryRun);
            } catch (ConfigurationException e) {
                throw NativeFaults.of(e, placed);
            }
        });
    }

    /** Removes an item. */
    Planned remove(Kind kind, String name, AdminRequest request, boolean dryRun) {
        return writers.change(() -> {
            JsonNode now = own.item(kind, name);
            Etag.check(request, now == null ? null : NativeDocument.pretty(now));
            if (now == null) {
                throw missing(kind, name);
            }
            ObjectNode next = own.without(kind, name);
            try {
                return apply(new NativeDocument(next, reader.definitions(SOURCE, JSON, next.toString())), dryRun);
            } catch (ConfigurationException e) {
                throw new ApiProblem(409, NativeFaults.text(e));
            }
        });
    }

    static ApiProblem unknown(Kind kind, String name) {
        return new ApiProblem(404, kind.key() + ": \"" + name + "\" (expected: one that this API defines)");
    }

    private ApiProblem missing(Kind kind, String name) {
        String word = kind.key().substring(0, kind.key().length() - 1);
        return penstock.definedBy(word + " " + name)
                .filter(source -> !source.equals(SOURCE))
                .map(source -> new ApiProblem(
                        409,
                        word + ": \"" + name + "\" is defined by " + source + " (expected: one of " + SOURCE + ")"))
                .orElseGet(() -> unknown(kind, name));
    }

    /** Called by one who may write. */
    private Planned apply(NativeDocument next, boolean dryRun) {
        try {
            Planned planned = penstock.plan(next.state());
            refuseTaken(planned);
            if (!dryRun) {
                apply(next);
            }
            return planned;
        } catch (CatalogException e) { // the reader has found no fault: others have changed what it goes with
            throw problem(409, e);
        }
    }

    static ApiProblem problem(int status, CatalogException e) {
        return new ApiProblem(
                status, e.problems().stream().map(Problem::toString).collect(Collectors.joining("; ")));
    }

    private void refuseTaken(Planned planned) {
        Map<String, String> taken = new TreeMap<>(planned.taken());
        taken.values().removeIf(this::mayTake);
        if (!taken.isEmpty()) {
            throw new ApiProblem(
                    409,
                    taken.entrySet().stream()
                                    .map(one -> one.getKey() + " is defined by " + one.getValue())
                                    .collect(Collectors.joining("; "))
                            + " (expected: names and addresses that nobody else has)");
        }
    }

    private boolean mayTake(String source) {
        return override && !penstock.givers().contains(source);
    }

    private void apply(NativeDocument next) {
        Set<String> before = new HashSet<>();
        own.state().listeners().forEach(spec -> before.add(spec.name()));
        Applied applied = penstock.apply(next.state());
        past.add(next.state(), next, penstock.history());
        ListenerOutcome late = ListenerOutcome.DONE;
        for (ListenerSpec listener : next.state().listeners()) {
            ListenerOutcome outcome = listeners.outcome(applied.table().version(), listener.name());
            boolean fresh = !before.contains(listener.name());
            if (outcome.kind() == ListenerOutcome.Kind.UNBOUND && fresh) {
                penstock.apply(own.state());
                past.add(own.state(), own, penstock.history());
                throw new ApiProblem(409, outcome.problem());
            }
            if (outcome.kind() == ListenerOutcome.Kind.LATE) {
                late = outcome;
                break; // the others would be waited for as long
            }
        }
        own = next;
        if (late.kind() == ListenerOutcome.Kind.LATE) {
            throw new ApiProblem(503, late.problem() + "; the change is made, and in effect as soon as it can be");
        }
    }

    /** Puts definitions back that there were; called by one who may write. */
    Applied rollback(CatalogState definitions) {
        NativeDocument former = past.of(definitions);
        if (former == null) {
            throw new ApiProblem(409, "revision: its document is not known any more (expected: a later one)");
        }
        Applied applied = penstock.apply(definitions);
        past.add(definitions, former, penstock.history());
        own = former;
        return applied;
    }
}
