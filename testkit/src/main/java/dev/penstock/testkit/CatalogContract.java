package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Catalog} must keep. Extend it, and run it against your catalog with real threads and short pauses:
 *
 * <pre>{@code
 * class MyCatalogTest extends CatalogContract {
 *     protected Subject open() { return new MySubject(); }
 * }
 * }</pre>
 */
public abstract class CatalogContract extends FollowingContract<CatalogState, CatalogContract.Subject> {
    private static final String A = "a.example.com";
    private static final String B = "b.example.com";

    /** For tests that extend it. */
    protected CatalogContract() {}

    /** A catalog under test, and the hand on what it finds. */
    public interface Subject extends Followed {
        /**
         * The catalog.
         *
         * @return always the same
         */
        Catalog catalog();

        /**
         * Makes the source define one route for each of these hosts from now on, to whatever service. A source whose
         * routes have no hosts may take these for names of something else, see {@link #claimed}.
         *
         * @param hosts exact names; may be empty: then it defines, with authority, nothing
         */
        void serve(Set<String> hosts);

        /**
         * What a state has of what {@link #serve} was given.
         *
         * @param state as it was told
         * @return the hosts of its routes; what else they may stand for here
         */
        default Set<String> claimed(CatalogState state) {
            return state.routes().stream()
                    .map(spec -> spec.route().match().host().text())
                    .collect(Collectors.toSet());
        }

        /** Makes reading the source fail from now on. */
        void fail();

        /**
         * Adds an entry that cannot be read to what the source has, and keeps it there.
         *
         * @return false if there is no such thing for this catalog
         */
        @Override
        default boolean addMalformed() {
            return false;
        }

        /** Closes the catalog and all that was started for it. */
        @Override
        void close();
    }

    @Override
    final Following follow(Consumer<CatalogState> observer) {
        return subject().catalog().watch(observer)::close;
    }

    @Override
    final void serve(Scene scene) {
        subject().serve(hosts(scene));
    }

    private static Set<String> hosts(Scene scene) {
        Set<String> hosts = new HashSet<>();
        if (scene.first()) {
            hosts.add(A);
        }
        if (scene.second()) {
            hosts.add(B);
        }
        if (scene.number() > 1) {
            hosts.add("n" + scene.number() + ".example.com");
        }
        return hosts;
    }

    @Override
    final void assertTold(Told<CatalogState> told, Scene scene) {
        assertThat(told.last())
                .hasValueSatisfying(state ->
                        assertThat(subject().claimed(state)).containsExactlyInAnyOrderElementsOf(hosts(scene)));
    }

    @Override
    final void assertSkipped() {
        assertThat(subject().catalog().report().skipped()).isNotEmpty();
        assertThat(subject().catalog().report().problem()).isBlank();
    }

    @Override
    final Object identity(CatalogState state) {
        return List.of(
                state.routes().stream().map(RouteSpec::route).collect(Collectors.toSet()),
                state.services().stream().map(ServiceSpec::name).collect(Collectors.toSet()));
    }

    /** The first answer reaches the observer; the definitions stand on their own and can be applied. */
    @Test
    final void watch_firstAnswer_isToldAndCanBeApplied() {
        startedWith(Scene.BOTH);
        CatalogState state = told.last().orElseThrow();
        assertThat(state.source()).isNotBlank();
        Set<String> services =
                state.services().stream().map(spec -> spec.name().value()).collect(Collectors.toSet());
        assertThat(services).containsAll(targets(state));
        assertThat(Penstock.builder().check(state, List.of())).isEmpty();
    }

    /** A change is told whole. */
    @Test
    final void watch_change_isToldWhole() {
        startedWith(Scene.FIRST);
        serve(Scene.BOTH);
        await(Scene.BOTH);
        serve(Scene.SECOND);
        await(Scene.SECOND);
    }

    /** Equal definitions are no news. */
    @Test
    final void watch_sameAgain_isNotTold() {
        startedWith(Scene.FIRST);
        serve(Scene.FIRST);
        serve(Scene.BOTH);
        await(Scene.BOTH);
        assertThat(told.all()).doesNotHaveDuplicates();
    }

    /** An authoritative empty answer is an answer. */
    @Test
    final void watch_nothingDefined_isToldAsSuch() {
        startedWith(Scene.NOTHING);
        serve(Scene.FIRST);
        await(Scene.FIRST);
        serve(Scene.NOTHING);
        await(Scene.NOTHING);
    }

    /** A source that never answered and fails tells nothing, says so in the report, and recovers. */
    @Test
    final void failure_beforeAnAnswer_isReportedUntilItAnswers() {
        started().fail();
        follow(told);
        awaitProblem(true);
        assertThat(told.all()).isEmpty();
        serve(Scene.FIRST);
        await(Scene.FIRST);
        awaitProblem(false);
    }

    /** A failure keeps what was told; the report says so until recovery. */
    @Test
    final void failure_afterAnAnswer_keepsTheDefinitions() {
        startedWith(Scene.BOTH);
        subject().fail();
        awaitProblem(true);
        assertThat(told.all()).hasSize(1);
        serve(Scene.FIRST);
        await(Scene.FIRST);
        awaitProblem(false);
    }

    private void awaitProblem(boolean some) {
        eventually(
                LIMIT,
                () -> assertThat(subject().catalog().report().problem().isBlank())
                        .isNotEqualTo(some));
    }

    private static List<String> targets(CatalogState state) {
        return state.routes().stream()
                .map(spec -> spec.route().service().value())
                .toList();
    }
}
