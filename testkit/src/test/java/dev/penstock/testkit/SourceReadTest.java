package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.SourceRules;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that block, on real threads. */
@Timeout(60)
class SourceReadTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ServiceQuery ORDERS = ServiceQuery.of(ServiceName.of("orders"));
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);

    private final ControlThreads threads = ControlThreads.create();
    private final DiscoveryContext context = new DiscoveryContext(Ticker.system(), threads, Randomness.system());
    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final ToldStates told = new ToldStates();

    @AfterEach
    void close() {
        never.countDown();
        threads.close();
    }

    private Listing block() throws InterruptedException {
        entered.countDown();
        try {
            never.await();
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            throw e;
        }
        return Listing.of(List.of(A));
    }

    private PolledDiscovery polled(SourceReader reader, Duration timeout) {
        return new PolledDiscovery(
                "blocking", query -> reader, SourceRules.defaults().withReadTimeout(timeout), context);
    }

    @Test
    void close_duringABlockedRead_interruptsIt() throws Exception {
        var polled = polled(SourceReader.blocking(this::block), LIMIT);
        polled.watch(ORDERS, told);
        entered.await();
        polled.close();
        eventually(LIMIT, () -> assertThat(interrupted).hasValue(1));
        assertThat(told.states()).isEmpty();
    }

    @Test
    void close_ofTheLastWatch_interruptsItsRead() throws Exception {
        var polled = polled(SourceReader.blocking(this::block), LIMIT);
        var first = polled.watch(ORDERS, told);
        var second = polled.watch(ORDERS, told);
        entered.await();
        first.close();
        assertThat(polled.counts().reads()).isEqualTo(1);
        second.close();
        eventually(LIMIT, () -> assertThat(interrupted).hasValue(1));
    }

    @Test
    void timeout_ofABlockedRead_interruptsItAndReadsAgain() {
        var polled = polled(
                SourceReader.blocking(() -> reads.incrementAndGet() == 1 ? block() : Listing.of(List.of(A))),
                Duration.ofMillis(50));
        polled.watch(ORDERS, told);
        eventually(LIMIT, () -> assertThat(told.last().endpoints()).containsExactly(A));
        assertThat(interrupted).hasValue(1);
        assertThat(told.states().get(0)).isInstanceOf(ServiceState.Failed.class);
    }

    @Test
    void X10_readThatIgnoresTheInterrupt_holdsOneThreadAndOthersGoOn() {
        var polled = polled(
                SourceReader.blocking(() -> {
                    reads.incrementAndGet();
                    while (never.getCount() > 0) {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            interrupted.incrementAndGet();
                        }
                    }
                    return Listing.of(List.of(A));
                }),
                Duration.ofMillis(20));
        polled.watch(ORDERS, told);
        eventually(LIMIT, () -> assertThat(told.last()).isInstanceOf(ServiceState.Failed.class));
        assertThat(((ServiceState.Failed) told.last()).problem()).contains("still blocked");
        var other = new ManualDiscovery("other", context);
        var otherTold = new ToldStates();
        other.watch(ORDERS, otherTold);
        other.set(ORDERS.service(), List.of(A));
        eventually(LIMIT, () -> assertThat(otherTold.last().endpoints()).containsExactly(A));
        polled.hint();
        assertThat(reads).hasValue(1);
        never.countDown();
        eventually(LIMIT, () -> assertThat(told.last().endpoints()).containsExactly(A));
    }

    @Test
    void watch_afterClose_isClosed() {
        var polled = polled(SourceReader.blocking(() -> Listing.of(List.of(A))), LIMIT);
        polled.close();
        var watch = polled.watch(ORDERS, told);
        assertThat(watch.firstAnswer().toCompletableFuture()).isCompletedWithValue(new ServiceState.Pending());
        assertThat(polled.counts().reads()).isZero();
    }

    @Test
    void readerFactory_throwing_isAFailedRead() {
        var polled = new PolledDiscovery(
                "broken",
                query -> {
                    throw new IllegalStateException("no such registry");
                },
                SourceRules.defaults(),
                context);
        polled.watch(ORDERS, told);
        eventually(
                LIMIT,
                () -> assertThat(told.last())
                        .isInstanceOfSatisfying(
                                ServiceState.Failed.class,
                                failed -> assertThat(failed.problem()).isEqualTo("no such registry")));
    }
}
