package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.Penstock;
import dev.penstock.Planned;
import dev.penstock.admin.NativeDocument.Kind;
import dev.penstock.admin.NativeDocument.Placed;
import dev.penstock.catalog.CatalogState;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.ConfigurationReader;

/**
 * What the native API defines, as one more source of definitions: one document, of which each change is applied whole, and
 * over once listeners follow it. Thread-safe; readers wait for nobody.
 */
final class NativeCatalog {
    /** What definitions of the native API say of their source. */
    static final String SOURCE = "api/v1";

    private static final String JSON = "JSON"; // what faults call a body

    private final Penstock penstock;
    private final Replacement replacement;
    private final ConfigurationReader reader;
    private final Writers writers;
    private final Past<NativeDocument> past = new Past<>(); // used by writers alone
    private volatile NativeDocument own = NativeDocument.empty(SOURCE);

    NativeCatalog(Penstock penstock, ApiSetup setup, Writers writers) {
        this.penstock = requireNonNull(penstock, "penstock");
        this.replacement = new Replacement(
                penstock, setup.listeners(), setup.settings().api().override());
        this.reader = setup.reader();
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
                var next = new NativeDocument((ObjectNode) tree, state);
                SourceFiles.refuse(next, "");
                return apply(next, dryRun);
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
                var next = new NativeDocument(own.with(kind, name, placed.item()), state);
                SourceFiles.refuse(next, NativeFaults.pointer(next.tree(), placed.path()));
                return apply(next, dryRun);
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
        return replacement.replace(own.state(), next.state(), dryRun, () -> {
            own = next;
            past.add(next.state(), next, penstock.history());
        });
    }

    /** Puts definitions back that there were, as a change like any other; called by one who may write. */
    Planned rollback(CatalogState definitions, boolean dryRun) {
        NativeDocument former = past.of(definitions);
        if (former == null) {
            throw new ApiProblem(409, "revision: its document is not known any more (expected: a later one)");
        }
        return apply(former, dryRun);
    }
}
