package dev.penstock;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Problem;
import dev.penstock.discovery.SourceStatus;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Event;
import dev.penstock.request.Request;
import dev.penstock.service.Decision;
import dev.penstock.service.Service;
import dev.penstock.text.Suggestion;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Discovery, balancing and routing in one object, without a proxy: gives each request an endpoint of the service it
 * belongs to. Thread-safe.
 *
 * <p>Definitions come from the builder and from {@link #apply}; each takes effect as a whole, by one write of the
 * {@link #table()}. Instances share nothing.
 */
public final class Penstock implements AutoCloseable {
    final Control control;

    Penstock(PenstockBuilder builder) {
        control = new Control(builder);
    }

    /**
     * Starts to define a Penstock.
     *
     * @return an empty builder
     */
    public static PenstockBuilder builder() {
        return new PenstockBuilder();
    }

    /**
     * What is in effect now; one volatile read.
     *
     * @return the newest table
     */
    public Table table() {
        return control.table();
    }

    /**
     * Routes a request and gives it an endpoint. Takes no lock and never waits.
     *
     * @param request what came in
     * @return a lease, or why there is none
     */
    public Decision acquire(Request request) {
        return control.table().acquire(request);
    }

    /**
     * Explains what {@link #acquire} would do with a request now: the same code, on copies of what it would change.
     *
     * @param request what might come in
     * @return with the routes considered, the candidates, and the pick
     */
    public Explanation explain(Request request) {
        return control.table().explain(request);
    }

    /**
     * Puts definitions into effect in the place of those that the same source gave before. Services that stay keep their
     * counters; those whose endpoints are all given here are live when this returns (unless a plug-in holds them up).
     *
     * @param state everything the source defines
     * @return what changed
     * @throws CatalogException if the definitions are not valid; nothing changes then
     * @throws IllegalStateException if this is closed
     */
    public Applied apply(CatalogState state) {
        return control.apply(state);
    }

    /**
     * Takes the last change of a source back, as if it had not been made: the {@link #history()} forgets it. For changes that
     * turned out not to do, as where an address cannot be bound.
     *
     * @param former everything the source defined before that change
     * @return what changed
     * @throws CatalogException if that is not valid any more; nothing changes then
     * @throws IllegalStateException if this is closed
     */
    public Applied takeBack(CatalogState former) {
        return control.takeBack(former);
    }

    /**
     * The last changes of what is in effect: the last 20 of each file and each program, 200 of them at most, and the last 20 of
     * catalogs that are followed.
     * Definitions are kept of the newest ones that hold 200,000 listeners, routes, services and endpoints together.
     *
     * @return the newest first
     */
    public List<Revision> history() {
        return control.history();
    }

    /**
     * Puts back into effect what the source of an earlier change defined from then on: a change of that source like any
     * other. What the source says next, as when its file changes, counts again.
     *
     * @param number see {@link Revision#number()}
     * @return what changed
     * @throws IllegalArgumentException if no such change is known
     * @throws IllegalStateException if its definitions are not kept, or this is closed
     * @throws CatalogException if they are not valid any more, as beside what others define now
     */
    public Applied rollback(long number) {
        List<Revision> known = history();
        Revision revision = known.stream()
                .filter(one -> one.number() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("revision: " + number + " (expected: one of "
                        + known.stream()
                                .map(one -> String.valueOf(one.number()))
                                .collect(Collectors.joining(", "))
                        + ")"));
        if (revision.definitions() == null) {
            throw new IllegalStateException(
                    "revision: " + number
                            + " (expected: one whose definitions are kept, and of files or code: catalogs are changed at their source)");
        }
        return apply(revision.definitions());
    }

    /**
     * Tells the observers of an event, for what is built around this, such as a proxy. Returns at once.
     *
     * @param event what happened
     */
    public void tell(Event event) {
        control.tell(requireNonNull(event, "event"));
    }

    /**
     * Finds what {@link #apply} would refuse definitions for.
     *
     * @param state everything the source would define
     * @return empty if nothing is wrong with it
     */
    public List<Problem> check(CatalogState state) {
        return control.check(state);
    }

    /**
     * Finds what {@link #apply} would do with definitions; changes nothing.
     *
     * @param state everything the source would define
     * @return what would be different, and which routes no request would come to any more
     * @throws CatalogException if the definitions are not valid
     */
    public Planned plan(CatalogState state) {
        return control.plan(state);
    }

    /**
     * The files and programs that have given definitions to {@link #apply}, or to the builder, and define something.
     *
     * @return the names of their sources, the strongest first
     */
    public List<String> givers() {
        return control.givers();
    }

    /**
     * Tells who defines something that is in effect.
     *
     * @param name as differences tell it, as in {@code service orders}
     * @return the name of the source; empty if nobody defines it
     */
    public Optional<String> definedBy(String name) {
        return control.definedBy(name);
    }

    /**
     * Follows catalogs, in place of those given to this method before: what they define takes effect whenever it changes,
     * after what files and code define; of two catalogs the earlier is the stronger. One that stays is not opened again.
     * Returns at once; catalogs given to the builder are not touched.
     *
     * @param sources the strongest first
     * @throws CatalogException if one cannot be opened, with paths as in {@code catalogs[0].from}; nothing changes then
     * @throws IllegalStateException if this is closed
     */
    public void follow(List<CatalogSource> sources) {
        control.catalogs().follow(List.copyOf(sources));
    }

    /**
     * Finds what {@link #follow} would refuse.
     *
     * @param sources catalogs to be followed
     * @return empty if nothing is wrong with them
     */
    public List<Problem> checkCatalogs(List<CatalogSource> sources) {
        return control.catalogs().problems(sources);
    }

    /**
     * How the open sources of endpoints do.
     *
     * @return in the textual order of their names
     */
    public List<SourceStatus> sources() {
        return control.sources();
    }

    /**
     * How the catalogs do that are followed.
     *
     * @return the strongest first
     */
    public List<CatalogStatus> catalogs() {
        return control.catalogs().statuses();
    }

    /**
     * Makes the rule that runs beside that of a service the one that it goes by, see {@link Service#promoteShadow()}.
     *
     * @param service its name
     * @return completed once it is in effect; never exceptionally
     * @throws IllegalArgumentException if there is no such service
     * @throws IllegalStateException if the service has no shadow, or one that has failed
     */
    public CompletionStage<Void> promoteShadow(String service) {
        return table().service(ServiceName.of(service))
                .orElseThrow(() -> new IllegalArgumentException("service: "
                        + Suggestion.unknown(
                                service,
                                table().services().stream()
                                        .map(some -> some.spec().name().value())
                                        .toList())))
                .promoteShadow();
    }

    /**
     * Subscribes to tables.
     *
     * @param observer told the current table and each newer one: one call at a time, on a thread of the control path; one
     *     that is slow is told the newest only
     * @return closed to stop
     */
    public Catalog.Subscription onApplied(Consumer<Table> observer) {
        return control.onApplied(observer);
    }

    /**
     * Ends every service, watch and thread of this instance, within about a second. Leases in flight may still be
     * completed; no new one is given.
     */
    @Override
    public void close() {
        control.close();
    }
}
