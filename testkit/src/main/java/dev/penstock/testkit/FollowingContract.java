package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
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
 * What everything that is followed must keep towards its observers, whatever it tells them.
 *
 * @param <V> what observers are told
 * @param <S> what is under test, with the hand on what it finds
 */
@Timeout(120)
abstract class FollowingContract<V, S extends FollowingContract.Followed> {
    /** How long it may take to tell of a change; generous. */
    protected static final Duration LIMIT = Duration.ofSeconds(30);

    final Told<V> told = new Told<>();
    private Set<Thread> before = Set.of();
    private @Nullable S subject;

    /** One subscription. */
    interface Following {
        void close();
    }

    /** What is under test. */
    interface Followed extends AutoCloseable {
        /** Adds an entry that cannot be read; false if there is no such thing. */
        boolean addMalformed();

        @Override
        void close();
    }

    /**
     * What is served, in terms of any source.
     *
     * @param first whether the first entry is there
     * @param second whether the second is
     * @param number something else about it, to be found again in what is told
     */
    record Scene(boolean first, boolean second, int number) {
        static final Scene FIRST = new Scene(true, false, 1);
        static final Scene SECOND = new Scene(false, true, 1);
        static final Scene BOTH = new Scene(true, true, 1);
        static final Scene NOTHING = new Scene(false, false, 1);

        static Scene numbered(int number) {
            return new Scene(true, false, number);
        }
    }

    /**
     * Something that has answered nothing yet, with the means to change what it finds.
     *
     * @return fresh for each test
     */
    protected abstract S open();

    abstract Following follow(Consumer<V> observer);

    abstract void serve(Scene scene);

    /** Fails unless exactly this was told last. */
    abstract void assertTold(Told<V> told, Scene scene);

    /** Fails unless one entry is shown as skipped. */
    abstract void assertSkipped();

    /** What must be the same in another life of what is under test. */
    abstract Object identity(V value);

    final S started() {
        before = threads();
        subject = open();
        return subject;
    }

    final S subject() {
        return requireNonNull(subject, "subject");
    }

    /** Starts with a scene and waits until {@link #told} has it. */
    final void startedWith(Scene scene) {
        started();
        serve(scene);
        follow(told);
        await(scene);
    }

    final void await(Scene scene) {
        await(told, scene);
    }

    final void await(Told<V> told, Scene scene) {
        eventually(LIMIT, () -> assertTold(told, scene));
    }

    /** Ends what the test left open. */
    @AfterEach
    final void closeSubject() {
        told.unblock();
        if (subject != null) {
            subject.close();
        }
    }

    /** A second watch is told what is present although nothing changes. */
    @Test
    final void watch_second_isToldWhatIsPresent() {
        startedWith(Scene.FIRST);
        var second = new Told<V>();
        follow(second);
        await(second, Scene.FIRST);
    }

    /** Many changes during a slow call make few calls, one at a time, and the last is right. */
    @Test
    final void observer_slow_isToldSeriallyAndConflated() {
        started();
        serve(Scene.FIRST);
        told.block();
        follow(told);
        eventually(LIMIT, () -> assertThat(told.all()).hasSize(1));
        var other = new Told<V>();
        follow(other);
        for (int i = 1; i <= 500; i++) {
            serve(Scene.numbered(i));
        }
        await(other, Scene.numbered(500));
        assertThat(told.all()).hasSize(1);
        told.unblock();
        await(Scene.numbered(500));
        assertThat(told.all()).hasSizeLessThanOrEqualTo(3);
        assertThat(told.overlaps() + other.overlaps()).isZero();
    }

    /** An observer that throws is told the next change, and so are the others. */
    @Test
    final void observer_throwing_disturbsNobody() {
        started();
        serve(Scene.FIRST);
        var calls = new AtomicInteger();
        follow(value -> {
            calls.incrementAndGet();
            throw new IllegalStateException("an observer's fault");
        });
        follow(told);
        await(Scene.FIRST);
        eventually(LIMIT, () -> assertThat(calls).hasPositiveValue());
        int soFar = calls.get();
        serve(Scene.BOTH);
        await(Scene.BOTH);
        eventually(LIMIT, () -> assertThat(calls).hasValueGreaterThan(soFar));
    }

    /** No call starts once close() has returned, however busy the source is. */
    @Test
    final void close_watch_noCallStartsAfterwards() throws Exception {
        started();
        serve(Scene.FIRST);
        var stop = new AtomicBoolean();
        var late = new AtomicInteger();
        var changes = new Thread(() -> {
            for (int i = 1; !stop.get(); i++) {
                serve(Scene.numbered(1 + i % 100));
            }
        });
        changes.setDaemon(true);
        changes.start();
        try {
            for (int round = 0; round < 50; round++) {
                var closed = new AtomicBoolean();
                var called = new CountDownLatch(1);
                Following following = follow(value -> {
                    late.addAndGet(closed.get() ? 1 : 0);
                    called.countDown();
                });
                assertThat(called.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                following.close();
                closed.set(true);
            }
        } finally {
            stop.set(true);
            changes.join();
        }
        serve(Scene.BOTH);
        follow(told);
        await(Scene.BOTH);
        assertThat(late).hasValue(0);
    }

    /** A watch may be closed twice, and from its own observer. */
    @Test
    final void close_fromTheObserver_isTheLastCall() throws Exception {
        started();
        serve(Scene.FIRST);
        var calls = new AtomicInteger();
        var self = new CompletableFuture<Following>();
        var ended = new CountDownLatch(1);
        self.complete(follow(value -> {
            calls.incrementAndGet();
            self.join().close();
            ended.countDown();
        }));
        assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        follow(told);
        serve(Scene.SECOND);
        await(Scene.SECOND);
        self.join().close();
        assertThat(calls).hasValue(1);
    }

    /** Closing it ends its watches and its threads; closing what is closed, as each test's end does, does nothing. */
    @Test
    final void close_source_endsWatchesAndThreads() {
        started();
        serve(Scene.FIRST);
        Following following = follow(told);
        await(Scene.FIRST);
        subject().close();
        int calls = told.all().size();
        following.close();
        eventually(LIMIT, () -> assertThat(threads()).isSubsetOf(before));
        assertThat(told.all()).hasSize(calls);
    }

    /** One entry that cannot be read is left out and shown; the others count. */
    @Test
    final void malformedEntry_isSkippedAndShown() {
        started();
        serve(Scene.BOTH);
        assumeTrue(subject().addMalformed(), "no malformed entries at this source");
        follow(told);
        await(Scene.BOTH);
        eventually(LIMIT, this::assertSkipped);
        assertTold(told, Scene.BOTH);
    }

    /** What is found has the same names in another life of the source, so that nothing changes at a restart. */
    @Test
    final void openedAgain_identitiesAreTheSame() {
        startedWith(Scene.BOTH);
        Object first = identity(told.last().orElseThrow());
        subject().close();
        subject = open();
        serve(Scene.BOTH);
        var again = new Told<V>();
        follow(again);
        await(again, Scene.BOTH);
        assertThat(identity(again.last().orElseThrow())).isEqualTo(first);
    }

    private static Set<Thread> threads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup(); // not those of the JVM itself
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() == group)
                .collect(Collectors.toSet());
    }
}
