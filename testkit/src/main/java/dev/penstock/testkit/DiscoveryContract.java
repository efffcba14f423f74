package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Discovery} must keep. Extend it, and run it against your source with real threads and short pauses:
 *
 * <pre>{@code
 * class MySourceTest extends DiscoveryContract {
 *     protected Subject open() { return new MySubject(); }
 * }
 * }</pre>
 */
@Timeout(120)
public abstract class DiscoveryContract {
    /** How long a source may take to tell of a change; generous. */
    protected static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 8002);

    private final ToldStates told = new ToldStates();
    private Set<Thread> before = Set.of();
    private @Nullable Subject subject;

    /** For tests that extend it. */
    protected DiscoveryContract() {}

    /**
     * A source that has answered nothing yet, with the means to change what it serves.
     *
     * @return fresh for each test
     */
    protected abstract Subject open();

    /** A source under test, and the hand on what it finds. */
    public interface Subject extends AutoCloseable {
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
        default boolean addMalformed() {
            return false;
        }

        /** Closes the source and all that was started for it. */
        @Override
        void close();
    }

    private Subject started() {
        before = threads();
        subject = open();
        return subject;
    }

    private Subject subject() {
        return requireNonNull(subject, "subject");
    }

    /** Ends what the test left open. */
    @AfterEach
    final void closeSubject() {
        told.unblock();
        if (subject != null) {
            subject.close();
        }
    }

    /** The first answer reaches the observer, {@code current()} and {@code firstAnswer()}. */
    @Test
    final void watch_firstAnswer_isToldAndCurrent() throws Exception {
        started().serve(List.of(A, B));
        Watch watch = watch(told);
        awaitEndpoints(A, B);
        assertThat(watch.current()).isInstanceOf(ServiceState.Ready.class).isEqualTo(told.last());
        ServiceState first = watch.firstAnswer().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(ids(first)).containsExactlyInAnyOrder(A.id(), B.id());
    }

    /** A change is told with a larger version; endpoints that stay keep their ids. */
    @Test
    final void watch_change_isToldWithALargerVersionAndStableIds() {
        started().serve(List.of(A));
        watch(told);
        awaitEndpoints(A);
        long version = ready().set().version();
        subject().serve(List.of(A, B.withWeight(7)));
        awaitEndpoints(A, B);
        assertThat(ready().set().version()).isGreaterThan(version);
        assertThat(ready().endpoints()).anyMatch(e -> e.id().equals(B.id()) && e.weight() == 7);
    }

    /** A second watch is told the present state although nothing changes. */
    @Test
    final void watch_second_isToldTheCurrentState() {
        started().serve(List.of(A));
        watch(told);
        awaitEndpoints(A);
        var second = new ToldStates();
        watch(second);
        eventually(LIMIT, () -> assertThat(ids(second.last())).containsExactly(A.id()));
    }

    /** An authoritative empty answer is an answer. */
    @Test
    final void firstAnswer_noEndpoints_isAbsent() throws Exception {
        started().serve(List.of());
        Watch watch = watch(told);
        assertThat(watch.firstAnswer().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ServiceState.Absent.class);
        subject().serve(List.of(A));
        awaitEndpoints(A);
        subject().serve(List.of());
        eventually(LIMIT, () -> assertThat(told.last()).isInstanceOf(ServiceState.Absent.class));
    }

    /** A source that never answered and fails says so, and recovers. */
    @Test
    final void firstAnswer_sourceFails_isFailedUntilItAnswers() throws Exception {
        started().fail("out of order");
        Watch watch = watch(told);
        ServiceState first = watch.firstAnswer().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(first).isInstanceOf(ServiceState.Failed.class);
        assertThat(((ServiceState.Failed) first).problem()).contains("out of order");
        subject().serve(List.of(A));
        awaitEndpoints(A);
    }

    /** A watch that is closed before any answer leaves nobody waiting. */
    @Test
    final void firstAnswer_closedBefore_completes() throws Exception {
        Watch watch = started().discovery().watch(subject().query(), told);
        watch.close();
        assertThat(watch.firstAnswer().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isNotNull();
    }

    /** A failure keeps the last good endpoints; recovery is told with a larger version. */
    @Test
    final void failure_afterAnAnswer_isStaleWithTheSameEndpointsUntilRecovery() {
        started().serve(List.of(A, B));
        watch(told);
        awaitEndpoints(A, B);
        long version = ready().set().version();
        subject().fail("out of order");
        eventually(LIMIT, () -> assertThat(told.last()).isInstanceOf(ServiceState.Stale.class));
        var stale = (ServiceState.Stale) told.last();
        assertThat(ids(stale)).containsExactlyInAnyOrder(A.id(), B.id());
        assertThat(stale.problem()).contains("out of order");
        subject().serve(List.of(A, B));
        awaitEndpoints(A, B);
        assertThat(ready().set().version()).isGreaterThan(version);
    }

    /** Many changes during a slow call make few calls, one at a time, and the last state is right. */
    @Test
    final void observer_slow_isToldSeriallyAndConflated() {
        started().serve(List.of(A));
        told.block();
        watch(told);
        eventually(LIMIT, () -> assertThat(told.states()).hasSize(1));
        var other = new ToldStates();
        watch(other);
        for (int i = 1; i <= 1_000; i++) {
            subject().serve(List.of(A.withWeight(i), B));
        }
        eventually(LIMIT, () -> assertWeight(other.last(), 1_000));
        assertThat(told.states()).hasSize(1);
        told.unblock();
        eventually(LIMIT, () -> assertWeight(told.last(), 1_000));
        assertThat(told.states()).hasSizeLessThanOrEqualTo(3);
        assertThat(told.overlaps() + other.overlaps()).isZero();
    }

    private static void assertWeight(ServiceState state, int weight) {
        assertThat(state.endpoints()).anyMatch(endpoint -> endpoint.id().equals(A.id()) && endpoint.weight() == weight);
    }

    /** An observer that throws is told the next state, and so are the others. */
    @Test
    final void observer_throwing_disturbsNobody() {
        started().serve(List.of(A));
        var calls = new AtomicInteger();
        watch(state -> {
            calls.incrementAndGet();
            throw new IllegalStateException("an observer's fault");
        });
        watch(told);
        awaitEndpoints(A);
        eventually(LIMIT, () -> assertThat(calls).hasPositiveValue());
        int soFar = calls.get();
        subject().serve(List.of(A, B));
        awaitEndpoints(A, B);
        eventually(LIMIT, () -> assertThat(calls).hasValueGreaterThan(soFar));
    }

    /** No call starts once close() has returned, however busy the source is. */
    @Test
    final void close_watch_noCallStartsAfterwards() throws Exception {
        started().serve(List.of(A));
        var stop = new AtomicBoolean();
        var late = new AtomicInteger();
        var changes = new Thread(() -> {
            for (int i = 1; !stop.get(); i++) {
                subject().serve(List.of(A.withWeight(1 + i % 1_000)));
            }
        });
        changes.start();
        for (int round = 0; round < 50; round++) {
            var closed = new AtomicBoolean();
            var called = new CountDownLatch(1);
            Watch watch = watch(state -> {
                late.addAndGet(closed.get() ? 1 : 0);
                called.countDown();
            });
            assertThat(called.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            watch.close();
            closed.set(true);
        }
        stop.set(true);
        changes.join();
        watch(told);
        eventually(LIMIT, () -> assertThat(told.last().endpoints()).hasSize(1));
        assertThat(late).hasValue(0);
    }

    /** A watch may be closed twice, and from its own observer. */
    @Test
    final void close_fromTheObserver_isTheLastCall() throws Exception {
        started().serve(List.of(A));
        var calls = new AtomicInteger();
        var self = new CompletableFuture<Watch>();
        var ended = new CountDownLatch(1);
        self.complete(watch(state -> {
            calls.incrementAndGet();
            self.join().close();
            ended.countDown();
        }));
        assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        watch(told);
        subject().serve(List.of(B));
        awaitEndpoints(B);
        self.join().close();
        assertThat(calls).hasValue(1);
    }

    /** Closing the source ends its watches and its threads. */
    @Test
    final void close_source_endsWatchesAndThreads() throws Exception {
        started().serve(List.of(A));
        Watch watch = watch(told);
        awaitEndpoints(A);
        subject().close();
        int calls = told.states().size();
        assertThat(watch.firstAnswer().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isNotNull();
        watch.close();
        eventually(LIMIT, () -> assertThat(threads()).isSubsetOf(before));
        assertThat(told.states()).hasSize(calls);
    }

    /** One entry that cannot be read is left out and shown; the others count. */
    @Test
    final void malformedEntry_isSkippedAndShown() {
        started().serve(List.of(A, B));
        assumeTrue(subject().addMalformed(), "no malformed entries at this source");
        Watch watch = watch(told);
        awaitEndpoints(A, B);
        assertThat(watch.current()).isInstanceOf(ServiceState.Ready.class);
        eventually(LIMIT, () -> assertThat(watch.skipped()).hasSize(1));
    }

    /** The same endpoints have the same ids in another life of the source. */
    @Test
    final void ids_sourceOpenedAgain_areTheSame() {
        started().serve(List.of(A, B));
        watch(told);
        awaitEndpoints(A, B);
        List<String> first = ids(told.last());
        subject().close();
        subject = open();
        subject().serve(List.of(B, A));
        var again = new ToldStates();
        watch(again);
        eventually(LIMIT, () -> assertThat(ids(again.last())).isEqualTo(first));
    }

    private Watch watch(Consumer<ServiceState> observer) {
        return subject().discovery().watch(subject().query(), observer);
    }

    private void awaitEndpoints(Endpoint... endpoints) {
        List<String> ids = List.of(endpoints).stream().map(Endpoint::id).toList();
        eventually(LIMIT, () -> {
            assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
            assertThat(ids(told.last())).containsExactlyInAnyOrderElementsOf(ids);
        });
    }

    private ServiceState.Ready ready() {
        return (ServiceState.Ready) told.last();
    }

    private static List<String> ids(ServiceState state) {
        return state.endpoints().stream().map(Endpoint::id).toList();
    }

    private static Set<Thread> threads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup(); // not those of the JVM itself
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() == group)
                .collect(Collectors.toSet());
    }
}
