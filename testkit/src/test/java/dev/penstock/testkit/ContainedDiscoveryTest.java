package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ContainedDiscovery;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Event;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ContainedDiscoveryTest {
    private static final ServiceName ORDERS = ServiceName.of("orders");
    private static final ServiceQuery QUERY = ServiceQuery.of(ORDERS);
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);

    private final ManualTime time = new ManualTime();
    private final DiscoveryContext context = new DiscoveryContext(time, time, new SeededRandomness(1));
    private final ToldStates told = new ToldStates();
    private final List<Event> events = new ArrayList<>();
    private final List<Consumer<ServiceState>> observers = new ArrayList<>();
    private final List<Double> watchedAt = new ArrayList<>();
    private final ManualDiscovery good = new ManualDiscovery("good", context);

    private ContainedDiscovery contain(ThirdParty thirdParty) {
        return new ContainedDiscovery("third", () -> thirdParty, context, events::add);
    }

    /** A source of which only watch() matters. */
    @FunctionalInterface
    private interface ThirdParty extends Discovery {
        @Override
        Watch watch(ServiceQuery query, Consumer<ServiceState> observer);

        @Override
        default void close() {}
    }

    private Watch keepingTheObserver(ServiceQuery query, Consumer<ServiceState> observer) {
        observers.add(observer);
        return good.watch(query, state -> {});
    }

    private static ServiceState ready(Endpoint... endpoints) {
        return new ServiceState.Ready(new EndpointSet(ORDERS, List.of(endpoints), "third", 1));
    }

    @Test
    void X10_watchThrows_isFailedCountedAndTriedAgainWithBackoff() {
        var contained = contain((query, observer) -> {
            watchedAt.add(time.nanos() / 1e9);
            if (time.nanos() < Duration.ofMinutes(2).toNanos()) {
                throw new IllegalStateException("out of order");
            }
            observer.accept(ready(A));
            return good.watch(query, state -> {});
        });
        contained.watch(QUERY, told);
        time.runPending();
        assertThat(((ServiceState.Failed) told.last()).problem())
                .isEqualTo("watch of \"orders\" failed: watch() threw: out of order");
        assertThat(events).singleElement().isInstanceOf(Event.PlugInFailed.class);
        time.advance(Duration.ofMinutes(3));
        for (int i = 1; i < watchedAt.size(); i++) {
            double full = Math.min(15, Math.pow(1.5, i - 1));
            assertThat((watchedAt.get(i) - watchedAt.get(i - 1)) / full).isBetween(0.75 - 1e-6, 1.0 + 1e-6);
        }
        assertThat(contained.faults()).isEqualTo(watchedAt.size() - 1);
        assertThat(told.last().endpoints()).containsExactly(A);
    }

    @Test
    void X10_openThrowsOrReturnsNull_isFailedAndTriedAgain() {
        var opened = new AtomicInteger();
        var contained = new ContainedDiscovery(
                "third",
                () -> {
                    if (opened.incrementAndGet() == 1) {
                        throw new NoClassDefFoundError("com/example/Missing");
                    }
                    return opened.get() == 2 ? null : good;
                },
                context,
                events::add);
        contained.watch(QUERY, told);
        time.runPending();
        assertThat(((ServiceState.Failed) told.last()).problem()).contains("com/example/Missing");
        time.advance(Duration.ofSeconds(3));
        good.set(ORDERS, List.of(A));
        time.advance(Duration.ofSeconds(3));
        assertThat(told.last().endpoints()).containsExactly(A);
        assertThat(opened).hasValue(3);
    }

    @Test
    void X10_watchReturnsNull_isFailedAndItsStatesAreDropped() {
        var contained = contain((query, observer) -> {
            observers.add(observer);
            return null;
        });
        contained.watch(QUERY, told);
        time.runPending();
        observers.get(0).accept(ready(A));
        time.runPending();
        assertThat(((ServiceState.Failed) told.last()).problem()).contains("watch() returned null");
    }

    @Test
    void X10_brokenStates_makeItStaleAndKeepEndpoints() {
        contain(this::keepingTheObserver).watch(QUERY, told);
        time.runPending();
        observers.get(0).accept(ready(A));
        time.runPending();
        for (ServiceState broken : new ServiceState[] {null, new ServiceState.Ready(null)}) {
            observers.get(0).accept(broken);
            time.runPending();
            assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
            assertThat(told.last().endpoints()).containsExactly(A);
            observers.get(0).accept(ready(A));
            time.runPending();
            assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        }
        observers.get(0).accept(new ServiceState.Pending());
        observers.get(0).accept(new ServiceState.Failed("gone", time.nanos()));
        time.runPending();
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        assertThat(told.last().endpoints()).containsExactly(A);
    }

    @Test
    void X10_emptyReady_isAbsent() {
        contain(this::keepingTheObserver).watch(QUERY, told);
        time.runPending();
        observers.get(0).accept(ready());
        time.runPending();
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
    }

    @Test
    void X10_toldAfterClose_isDropped() {
        Watch watch = contain(this::keepingTheObserver).watch(QUERY, told);
        time.runPending();
        watch.close();
        observers.get(0).accept(ready(A));
        observers.get(0).accept(null);
        time.runPending();
        assertThat(told.states()).isEmpty();
        assertThat(watch.current()).isInstanceOf(ServiceState.Pending.class);
    }

    @Test
    void X10_failingForEver_isLoggedOnceInTenSeconds() {
        var contained = contain(this::keepingTheObserver);
        contained.watch(QUERY, told);
        time.runPending();
        for (int i = 0; i < 10_000; i++) {
            observers.get(0).accept(null);
        }
        assertThat(contained.faults()).isEqualTo(10_000);
        assertThat(events).hasSize(1);
    }

    @Test
    void X10_manyThreadsTelling_isSerialForTheObserver() throws Exception {
        try (var threads = ControlThreads.create()) {
            var real = new DiscoveryContext(Ticker.system(), threads, Randomness.system());
            ThirdParty thirdParty = this::keepingTheObserver;
            new ContainedDiscovery("third", () -> thirdParty, real, event -> {}).watch(QUERY, told);
            eventually(Duration.ofSeconds(30), () -> assertThat(observers).hasSize(1));
            List<Thread> tellers = IntStream.range(0, 4)
                    .mapToObj(t -> new Thread(() -> {
                        for (int i = 1; i <= 1_000; i++) {
                            observers.get(0).accept(ready(A.withWeight(i)));
                        }
                    }))
                    .toList();
            tellers.forEach(Thread::start);
            for (Thread teller : tellers) {
                teller.join();
            }
            observers.get(0).accept(ready(A.withWeight(7)));
            eventually(
                    Duration.ofSeconds(30),
                    () -> assertThat(told.last().endpoints()).containsExactly(A.withWeight(7)));
            assertThat(told.overlaps()).isZero();
        }
    }

    @Test
    void X10_hundredBlockedWatches_holdOneThreadAndOthersGoOn() {
        var gate = new CountDownLatch(1);
        try (var threads = ControlThreads.withLimit(8)) {
            var real = new DiscoveryContext(Ticker.system(), threads, Randomness.system());
            ThirdParty blocked = (query, observer) -> {
                awaitQuietly(gate);
                return good.watch(query, observer);
            };
            var contained = new ContainedDiscovery("third", () -> blocked, real, event -> {});
            IntStream.range(0, 100).forEach(i -> contained.watch(QUERY, state -> {}));
            var other = new ManualDiscovery("other", real);
            other.watch(QUERY, told);
            other.set(ORDERS, List.of(A));
            eventually(
                    Duration.ofSeconds(30),
                    () -> assertThat(told.last().endpoints()).containsExactly(A));
            gate.countDown();
            contained.close();
        }
    }

    @Test
    void X10_watchBlocked_isFailedAfterTenSecondsAndRecovers() {
        var laterCalls = new ArrayList<Runnable>();
        var scheduler = new ManualTime();
        // A scheduler whose first task never gets a thread stands for a call that does not return.
        var stuck = new DiscoveryContext(scheduler, new StuckScheduler(scheduler, laterCalls), new SeededRandomness(1));
        new ContainedDiscovery("third", () -> good, stuck, events::add).watch(QUERY, told);
        scheduler.advance(Duration.ofSeconds(10));
        assertThat(((ServiceState.Failed) told.last()).problem()).contains("has not returned within 10 s");
        good.set(ORDERS, List.of(A));
        laterCalls.forEach(Runnable::run);
        time.runPending();
        scheduler.runPending();
        assertThat(told.last().endpoints()).containsExactly(A);
    }

    private record StuckScheduler(ManualTime time, List<Runnable> stuck) implements Scheduler {
        @Override
        public void execute(Runnable task) {
            if (stuck.isEmpty()) {
                stuck.add(task);
            } else {
                time.execute(task);
            }
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return time.schedule(delay, task);
        }
    }

    @Test
    void close_ofAnEndlessClose_returns() {
        var gate = new CountDownLatch(1);
        try (var threads = ControlThreads.create()) {
            var real = new DiscoveryContext(Ticker.system(), threads, Randomness.system());
            var endless = new Discovery() {
                @Override
                public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
                    observer.accept(ready(A));
                    return good.watch(query, state -> {});
                }

                @Override
                public void close() {
                    awaitQuietly(gate);
                }
            };
            var contained = new ContainedDiscovery("third", () -> endless, real, events::add);
            contained.watch(QUERY, told);
            eventually(
                    Duration.ofSeconds(30),
                    () -> assertThat(told.last().endpoints()).containsExactly(A));
            contained.close();
            assertThat(gate.getCount()).isEqualTo(1);
            assertThat(contained.faults()).isEqualTo(1);
            gate.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
