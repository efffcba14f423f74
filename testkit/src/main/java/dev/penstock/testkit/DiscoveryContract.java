package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Discovery} must keep. Extend it, and run it against your source with real threads and short pauses:
 *
 * <pre>{@code
 * class MySourceTest extends DiscoveryContract {
 *     protected Subject open() { return new MySubject(); }
 * }
 * }</pre>
 */
public abstract class DiscoveryContract extends FollowingContract<ServiceState, DiscoveryContract.Subject> {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 8002);

    /** For tests that extend it. */
    protected DiscoveryContract() {}

    /** A source under test, and the hand on what it finds. */
    public interface Subject extends Followed {
        /**
         * The source.
         *
         * @return always the same
         */
        Discovery discovery();

        /**
         * What tests look for.
         *
         * @return always the same
         */
        ServiceQuery query();

        /**
         * Makes the source find these endpoints from now on.
         *
         * @param endpoints may be empty: then it finds, with authority, none
         */
        void serve(List<Endpoint> endpoints);

        /**
         * Makes the source fail from now on.
         *
         * @param problem one sentence
         */
        void fail(String problem);

        /**
         * Adds an entry that cannot be read to what is served, and keeps it there.
         *
         * @return false if there is no such thing for this source
         */
        @Override
        default boolean addMalformed() {
            return false;
        }

        /** Closes the source and all that was started for it. */
        @Override
        void close();
    }

    @Override
    final Following follow(Consumer<ServiceState> observer) {
        return watch(observer)::close;
    }

    private Watch watch(Consumer<ServiceState> observer) {
        return subject().discovery().watch(subject().query(), observer);
    }

    @Override
    final void serve(Scene scene) {
        subject().serve(endpoints(scene));
    }

    private static List<Endpoint> endpoints(Scene scene) {
        List<Endpoint> endpoints = new ArrayList<>();
        if (scene.first()) {
            endpoints.add(A.withWeight(scene.number()));
        }
        if (scene.second()) {
            endpoints.add(B);
        }
        return endpoints;
    }

    @Override
    final void assertTold(Told<ServiceState> told, Scene scene) {
        ServiceState last = told.last().orElseGet(ServiceState.Pending::new);
        List<Endpoint> served = endpoints(scene);
        assertThat(last).isInstanceOf(served.isEmpty() ? ServiceState.Absent.class : ServiceState.Ready.class);
        assertThat(last.endpoints())
                .extracting(endpoint -> endpoint.id() + " x " + endpoint.weight())
                .containsExactlyInAnyOrderElementsOf(served.stream()
                        .map(endpoint -> endpoint.id() + " x " + endpoint.weight())
                        .toList());
    }

    @Override
    final void assertSkipped() {
        Watch watch = watch(state -> {});
        try {
            eventually(LIMIT, () -> assertThat(watch.skipped()).hasSize(1));
        } finally {
            watch.close();
        }
    }

    @Override
    final Object identity(ServiceState state) {
        return ids(state);
    }

    /** The first answer reaches the observer, {@code current()} and {@code firstAnswer()}. */
    @Test
    final void watch_firstAnswer_isToldAndCurrent() throws Exception {
        started();
        serve(Scene.BOTH);
        Watch watch = watch(told);
        await(Scene.BOTH);
        assertThat(watch.current()).isInstanceOf(ServiceState.Ready.class).isEqualTo(last());
        assertThat(ids(first(watch))).containsExactlyInAnyOrder(A.id(), B.id());
    }

    /** A change is told with a larger version; endpoints that stay keep their ids. */
    @Test
    final void watch_change_isToldWithALargerVersionAndStableIds() {
        startedWith(Scene.SECOND);
        long version = version();
        var changed = new Scene(true, true, 7);
        serve(changed);
        await(changed);
        assertThat(version()).isGreaterThan(version);
    }

    /** An authoritative empty answer is an answer. */
    @Test
    final void firstAnswer_noEndpoints_isAbsent() throws Exception {
        started();
        serve(Scene.NOTHING);
        assertThat(first(watch(told))).isInstanceOf(ServiceState.Absent.class);
        serve(Scene.FIRST);
        await(Scene.FIRST);
        serve(Scene.NOTHING);
        await(Scene.NOTHING);
    }

    /** A source that never answered and fails says so, and recovers. */
    @Test
    final void firstAnswer_sourceFails_isFailedUntilItAnswers() throws Exception {
        started().fail("out of order");
        ServiceState first = first(watch(told));
        assertThat(first).isInstanceOf(ServiceState.Failed.class);
        assertThat(((ServiceState.Failed) first).problem()).contains("out of order");
        serve(Scene.FIRST);
        await(Scene.FIRST);
    }

    /** A watch that is closed before any answer leaves nobody waiting, nor does a source that is closed. */
    @Test
    final void firstAnswer_closedBefore_completes() throws Exception {
        started();
        Watch watch = watch(told);
        watch.close();
        assertThat(first(watch)).isNotNull();
        Watch left = watch(told);
        subject().close();
        assertThat(first(left)).isNotNull();
    }

    /** A failure keeps the last good endpoints; recovery is told with a larger version. */
    @Test
    final void failure_afterAnAnswer_isStaleWithTheSameEndpointsUntilRecovery() {
        startedWith(Scene.BOTH);
        long version = version();
        subject().fail("out of order");
        eventually(LIMIT, () -> assertThat(last()).isInstanceOf(ServiceState.Stale.class));
        var stale = (ServiceState.Stale) last();
        assertThat(ids(stale)).containsExactlyInAnyOrder(A.id(), B.id());
        assertThat(stale.problem()).contains("out of order");
        serve(Scene.BOTH);
        await(Scene.BOTH);
        assertThat(version()).isGreaterThan(version);
    }

    private static ServiceState first(Watch watch) throws Exception {
        return watch.firstAnswer().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private ServiceState last() {
        return told.last().orElseThrow();
    }

    private long version() {
        return ((ServiceState.Ready) last()).set().version();
    }

    private static List<String> ids(ServiceState state) {
        return state.endpoints().stream().map(Endpoint::id).toList();
    }
}
