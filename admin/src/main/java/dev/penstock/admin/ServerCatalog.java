package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import dev.penstock.Applied;
import dev.penstock.Penstock;
import dev.penstock.Planned;
import dev.penstock.Table;
import dev.penstock.admin.ListenerOutcome.Kind;
import dev.penstock.catalog.CatalogDifference;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Problem;
import dev.penstock.config.Server;
import dev.penstock.config.ServerDefinitions;
import dev.penstock.config.ServerView;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The servers that the API defines, as one more source of definitions: each change is applied whole, and over once
 * listeners follow it. Those of others can be read. Thread-safe; readers wait for nobody.
 */
final class ServerCatalog {
    /** What definitions of the API say of their source. */
    static final String SOURCE = "api";

    private static final Comparator<Server> ORDER = Comparator.<Server>comparingInt(
                    server -> ListenerSpec.of(server.address()).port())
            .thenComparing(Server::address);

    private final Penstock penstock;
    private final ListenerWatch listeners;
    private final boolean override;
    private final Writers writers;
    private final Past<Map<String, Server>> past = new Past<>(); // used by writers alone
    private volatile Map<String, Server> own = Map.of();

    /** With override, addresses of catalogs may be taken. */
    ServerCatalog(Penstock penstock, ListenerWatch listeners, boolean override, Writers writers) {
        this.penstock = requireNonNull(penstock, "penstock");
        this.listeners = requireNonNull(listeners, "listeners");
        this.override = override;
        this.writers = writers;
    }

    /** All servers, by port, then address. */
    List<Server> all() {
        Map<String, Server> mine = new LinkedHashMap<>(own);
        Table table = penstock.table();
        mine.keySet().retainAll(ours(table)); // others may have taken an address since
        Stream<Server> others = table.listeners().stream()
                .filter(ServerCatalog::isOfOthers)
                .flatMap(listener -> ServerView.of(listener, table).stream())
                .filter(server -> !mine.containsKey(server.address()));
        return Stream.concat(mine.values().stream(), others).sorted(ORDER).toList();
    }

    private static Set<String> ours(Table table) {
        return table.listeners().stream()
                .filter(listener -> !isOfOthers(listener))
                .map(ListenerSpec::name)
                .collect(Collectors.toSet());
    }

    private static boolean isOfOthers(ListenerSpec listener) {
        return !listener.provenance().source().equals(SOURCE);
    }

    /** The server with an address; throws where there is none. */
    Server server(String address) {
        Server mine = own.get(address);
        return mine != null && isInEffect(address)
                ? mine
                : other(address)
                        .flatMap(listener -> ServerView.of(listener, penstock.table()))
                        .orElseThrow(() -> unknown(address));
    }

    private Optional<ListenerSpec> other(String address) {
        return penstock.table().listeners().stream()
                .filter(ServerCatalog::isOfOthers)
                .filter(listener -> ServerView.address(listener).equals(address))
                .findFirst();
    }

    private static ApiProblem unknown(String address) {
        return new ApiProblem(404, "Server " + address + " not found.");
    }

    /** Adds a server, or puts it in the place of the one with its address. */
    void put(Server server) {
        writers.change(() -> replace(server));
    }

    /** Puts what becomes of a server in its place. */
    void update(String address, UnaryOperator<Server> change) {
        writers.change(() -> {
            Server changed = change.apply(server(address));
            refuseLoss(address);
            replace(changed);
        });
    }

    /** To change a part of what a catalog defines is to take it over whole, which must not lose what the form cannot say. */
    private void refuseLoss(String address) {
        if (isInEffect(address)) {
            return;
        }
        Table table = penstock.table();
        other(address)
                .filter(listener -> override && table.isDiscovered(listener))
                .ifPresent(listener -> {
                    if (!ServerView.isWhole(listener, table)) {
                        throw new ApiProblem(
                                409,
                                "Server " + address + " is defined by "
                                        + listener.provenance().source()
                                        + ", with settings or sources that this form cannot say (expected: POST /server with all that"
                                        + " it is to be)");
                    }
                });
    }

    /** One of ours that somebody else's definition has not driven out. */
    private boolean isInEffect(String address) {
        return own.containsKey(address) && ours(penstock.table()).contains(address);
    }

    private void replace(Server server) {
        refuseOthers(server.address());
        Map<String, Server> next = new LinkedHashMap<>(own);
        boolean known = next.put(server.address(), server) != null;
        Applied applied = apply(next, server.address());
        ListenerOutcome outcome = listeners.outcome(applied.table().version(), server.address());
        if (!known && outcome.kind() != Kind.DONE) {
            takeBack();
            throw new ApiProblem(outcome.kind() == Kind.LATE ? 503 : 409, outcome.problem());
        }
        own = Collections.unmodifiableMap(next);
        refuseLate(outcome);
    }

    /** What is changed already is so; it is only not known when it serves. */
    private static void refuseLate(ListenerOutcome outcome) {
        if (outcome.kind() == Kind.LATE) {
            throw new ApiProblem(503, outcome.problem() + "; the change is made, and in effect as soon as it can be");
        }
    }

    /** Removes a server; over once it takes no more clients. */
    void remove(String address) {
        writers.change(() -> {
            if (!own.containsKey(address)) {
                throw other(address).map(ServerCatalog::notOurs).orElseGet(() -> unknown(address));
            }
            Map<String, Server> next = new LinkedHashMap<>(own);
            next.remove(address);
            Applied applied = apply(next, address);
            own = Collections.unmodifiableMap(next);
            refuseLate(listeners.outcome(applied.table().version(), address));
        });
    }

    /** Puts servers back that there were, as a change like any other; called by one who may write. */
    Planned rollback(CatalogState definitions, boolean dryRun) {
        Map<String, Server> former = past.of(definitions);
        if (former == null) {
            throw new ApiProblem(409, "revision: its servers are not known any more (expected: a later one)");
        }
        return new Replacement(penstock, listeners, override).replace(state(own), definitions, dryRun, () -> {
            past.add(definitions, former, penstock.history());
            own = former;
        });
    }

    private static CatalogState state(Map<String, Server> servers) {
        return ServerDefinitions.of(SOURCE, List.copyOf(servers.values()));
    }

    private void refuseOthers(String address) {
        Table table = penstock.table();
        ListenerSpec wanted = ListenerSpec.of(address);
        for (ListenerSpec listener : table.listeners()) {
            boolean taken = listener.name().equals(address) || listener.overlaps(wanted);
            if (isOfOthers(listener) && taken && !(override && table.isDiscovered(listener))) {
                throw notOurs(listener);
            }
        }
    }

    private static ApiProblem notOurs(ListenerSpec listener) {
        return new ApiProblem(
                409,
                "Server " + ServerView.address(listener) + " is defined by "
                        + listener.provenance().source() + " (expected: one that the API defines)");
    }

    private Applied apply(Map<String, Server> next, String address) {
        CatalogState state = state(next);
        Applied applied;
        try {
            applied = penstock.apply(state);
        } catch (CatalogException e) {
            throw new ApiProblem(
                    409, e.problems().stream().map(Problem::message).collect(Collectors.joining("; ")));
        }
        String lost = lost(applied, next.get(address));
        if (!lost.isEmpty()) {
            takeBack();
            throw new ApiProblem(409, address + ": " + lost + " (expected: names that nobody else defines)");
        }
        past.add(state, Collections.unmodifiableMap(next), penstock.history());
        return applied;
    }

    /** What of a server somebody else has under the same name; empty if nobody has. */
    private static String lost(Applied applied, @Nullable Server server) {
        if (server == null) {
            return "";
        }
        var empty = new CatalogState(SOURCE, List.of(), List.of(), List.of());
        CatalogState state = ServerDefinitions.of(SOURCE, List.of(server));
        List<String> names = CatalogDifference.between(empty, state).added();
        return applied.shadowed().stream().filter(names::contains).collect(Collectors.joining(", "));
    }

    private void takeBack() {
        penstock.takeBack(state(own));
    }
}
