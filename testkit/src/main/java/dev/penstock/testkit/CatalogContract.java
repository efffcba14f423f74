package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.Penstock;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
 * What every {@link Catalog} must keep. Extend it, and run it against your catalog with real threads and short pauses:
 *
 * <pre>{@code
 * class MyCatalogTest extends CatalogContract {
 *     protected Subject open() { return new MySubject(); }
 * }
 * }</pre>
 */
@Timeout(120)
public abstract class CatalogContract {
    /** How long a catalog may take to tell of a change; generous. */
    protected static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String A = "a.example.com";
    private static final String B = "b.example.com";

    private final Told<CatalogState> told = new Told<>();
    private Set<Thread> before = Set.of();
    private @Nullable Subject subject;

    /** For tests that extend it. */
    protected CatalogContract() {}

    /**
     * A catalog that has answered nothing yet, with the means to change what it finds.
     *
     * @return fresh for each test
     */
    protected abstract Subject open();

    /** A catalog under test, and the hand on what it finds. */
    public interface Subject extends AutoCloseable {
        /**
         * The catalog.
         *
         * @return always the same
         */
        Catalog catalog();

        /**
         * Makes the source define one route for each of these hosts from now on, to whatever service.
         *
         * @param hosts exact names; may be empty: then it defines, with authority, nothing
         */
        void serve(Set<String> hosts);

        /** Makes reading the source fail from now on. */
        void fail();

        /**
         * Adds an entry that cannot be read to what the source has, and keeps it there.
         *
         * @return false if there is no such thing for this catalog
         */
        default boolean addMalformed() {
            return false;
        }

        /** Closes the catalog and all that was started for it. */
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

    /** The first answer reaches the observer; the definitions stand on their own and can be applied. */
    @Test
    final void watch_firstAnswer_isToldAndCanBeApplied() {
        started().serve(Set.of(A, B));
        watch(told);
        awaitHosts(A, B);
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
        started().serve(Set.of(A));
        watch(told);
        awaitHosts(A);
        subject().serve(Set.of(A, B));
        awaitHosts(A, B);
        subject().serve(Set.of(B));
        awaitHosts(B);
    }

    /** Equal definitions are no news. */
    @Test
    final void watch_sameAgain_isNotTold() {
        started().serve(Set.of(A));
        watch(told);
        awaitHosts(A);
        subject().serve(Set.of(A));
        subject().serve(Set.of(A, B));
        awaitHosts(A, B);
        assertThat(told.all()).doesNotHaveDuplicates();
    }

    /** A second subscription is told the present definitions although nothing changes. */
    @Test
    final void watch_second_isToldTheCurrentDefinitions() {
        started().serve(Set.of(A));
        watch(told);
        awaitHosts(A);
        var second = new Told<CatalogState>();
        watch(second);
        eventually(LIMIT, () -> assertThat(hosts(second)).containsExactly(A));
    }

    /** An authoritative empty answer is an answer. */
    @Test
    final void watch_nothingDefined_isToldAsSuch() {
        started().serve(Set.of());
        watch(told);
        eventually(
                LIMIT,
                () -> assertThat(told.last())
                        .hasValueSatisfying(state -> assertThat(state.routes()).isEmpty()));
        subject().serve(Set.of(A));
        awaitHosts(A);
        subject().serve(Set.of());
        awaitHosts();
    }

    /** A source that never answered and fails tells nothing, says so in the report, and recovers. */
    @Test
    final void failure_beforeAnAnswer_isReportedUntilItAnswers() {
        started().fail();
        watch(told);
        awaitProblem(true);
        assertThat(told.all()).isEmpty();
        subject().serve(Set.of(A));
        awaitHosts(A);
        awaitProblem(false);
    }

    /** A failure keeps what was told; the report says so until recovery. */
    @Test
    final void failure_afterAnAnswer_keepsTheDefinitions() {
        started().serve(Set.of(A, B));
        watch(told);
        awaitHosts(A, B);
        subject().fail();
        awaitProblem(true);
        assertThat(told.all()).hasSize(1);
        subject().serve(Set.of(A));
        awaitHosts(A);
        awaitProblem(false);
    }

    /** Many changes during a slow call make few calls, one at a time, and the last definitions are right. */
    @Test
    final void observer_slow_isToldSeriallyAndConflated() {
        started().serve(Set.of(A));
        told.block();
        watch(told);
        eventually(LIMIT, () -> assertThat(told.all()).hasSize(1));
        var other = new Told<CatalogState>();
        watch(other);
        for (int i = 1; i <= 200; i++) {
            subject().serve(Set.of(A, "n" + i + ".example.com"));
        }
        eventually(LIMIT, () -> assertThat(hosts(other)).containsExactly(A, "n200.example.com"));
        assertThat(told.all()).hasSize(1);
        told.unblock();
        awaitHosts(A, "n200.example.com");
        assertThat(told.all()).hasSizeLessThanOrEqualTo(3);
        assertThat(told.overlaps() + other.overlaps()).isZero();
    }

    /** An observer that throws is told the next definitions, and so are the others. */
    @Test
    final void observer_throwing_disturbsNobody() {
        started().serve(Set.of(A));
        var calls = new AtomicInteger();
        watch(state -> {
            calls.incrementAndGet();
            throw new IllegalStateException("an observer's fault");
        });
        watch(told);
        awaitHosts(A);
        eventually(LIMIT, () -> assertThat(calls).hasPositiveValue());
        int soFar = calls.get();
        subject().serve(Set.of(A, B));
        awaitHosts(A, B);
        eventually(LIMIT, () -> assertThat(calls).hasValueGreaterThan(soFar));
    }

    /** No call starts once the subscription was closed, however busy the source is. */
    @Test
    final void close_subscription_noCallStartsAfterwards() throws Exception {
        started().serve(Set.of(A));
        var stop = new AtomicBoolean();
        var late = new AtomicInteger();
        var changes = new Thread(() -> {
            for (int i = 1; !stop.get(); i++) {
                subject().serve(Set.of("n" + i % 100 + ".example.com"));
            }
        });
        changes.setDaemon(true);
        changes.start();
        try {
            for (int round = 0; round < 50; round++) {
                var closed = new AtomicBoolean();
                var called = new CountDownLatch(1);
                Catalog.Subscription subscription = watch(state -> {
                    late.addAndGet(closed.get() ? 1 : 0);
                    called.countDown();
                });
                assertThat(called.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                subscription.close();
                closed.set(true);
            }
        } finally {
            stop.set(true);
            changes.join();
        }
        subject().serve(Set.of(A));
        watch(told);
        awaitHosts(A);
        assertThat(late).hasValue(0);
    }

    /** A subscription may be closed twice, and from its own observer. */
    @Test
    final void close_fromTheObserver_isTheLastCall() throws Exception {
        started().serve(Set.of(A));
        var calls = new AtomicInteger();
        var self = new CompletableFuture<Catalog.Subscription>();
        var ended = new CountDownLatch(1);
        self.complete(watch(state -> {
            calls.incrementAndGet();
            self.join().close();
            ended.countDown();
        }));
        assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        watch(told);
        subject().serve(Set.of(B));
        awaitHosts(B);
        self.join().close();
        assertThat(calls).hasValue(1);
    }

    /** Closing the catalog ends its subscriptions and its threads; closing what is closed does nothing. */
    @Test
    final void close_catalog_endsSubscriptionsAndThreads() {
        started().serve(Set.of(A));
        Catalog.Subscription subscription = watch(told);
        awaitHosts(A);
        subject().catalog().close();
        subject().close();
        int calls = told.all().size();
        subscription.close();
        eventually(LIMIT, () -> assertThat(threads()).isSubsetOf(before));
        assertThat(told.all()).hasSize(calls);
    }

    /** One entry that cannot be read is left out and reported; the others count. */
    @Test
    final void malformedEntry_isSkippedAndReported() {
        started().serve(Set.of(A, B));
        assumeTrue(subject().addMalformed(), "no malformed entries at this source");
        watch(told);
        awaitHosts(A, B);
        eventually(
                LIMIT, () -> assertThat(subject().catalog().report().skipped()).isNotEmpty());
        awaitProblem(false);
    }

    /** The same source defines the same in another life of the catalog, so that nothing changes at a restart. */
    @Test
    final void definitions_openedAgain_areTheSame() {
        started().serve(Set.of(A, B));
        watch(told);
        awaitHosts(A, B);
        CatalogState first = told.last().orElseThrow();
        subject().close();
        subject = open();
        subject().serve(Set.of(B, A));
        var again = new Told<CatalogState>();
        watch(again);
        eventually(LIMIT, () -> assertThat(hosts(again)).containsExactly(A, B));
        CatalogState second = again.last().orElseThrow();
        assertThat(second.routes().stream().map(RouteSpec::route))
                .containsExactlyInAnyOrderElementsOf(
                        first.routes().stream().map(RouteSpec::route).toList());
        assertThat(second.services().stream().map(ServiceSpec::name))
                .containsExactlyInAnyOrderElementsOf(
                        first.services().stream().map(ServiceSpec::name).toList());
    }

    private Catalog.Subscription watch(Consumer<CatalogState> observer) {
        return subject().catalog().watch(observer);
    }

    private void awaitHosts(String... hosts) {
        eventually(LIMIT, () -> {
            assertThat(told.all()).isNotEmpty();
            assertThat(hosts(told)).containsExactly(hosts);
        });
    }

    private void awaitProblem(boolean some) {
        eventually(
                LIMIT,
                () -> assertThat(subject().catalog().report().problem().isBlank())
                        .isNotEqualTo(some));
    }

    /** The hosts that routes claim, in textual order. */
    private static Set<String> hosts(Told<CatalogState> told) {
        return told.last().stream()
                .flatMap(state -> state.routes().stream())
                .map(spec -> spec.route().match().host().text())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> targets(CatalogState state) {
        return state.routes().stream()
                .map(spec -> spec.route().service().value())
                .toList();
    }

    private static Set<Thread> threads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup(); // not those of the JVM itself
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() == group)
                .collect(Collectors.toSet());
    }
}
