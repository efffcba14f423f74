package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.StaticDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StaticDiscoveryTest {
    private static final ServiceName ORDERS = ServiceName.of("orders");
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 8002);

    private final ManualTime time = new ManualTime();
    private final DiscoveryContext context = new DiscoveryContext(time, time, new SeededRandomness(1));
    private final ToldStates told = new ToldStates();

    @Test
    void watch_knownService_isReadyInTheOrderOfIds() {
        var source = StaticDiscovery.of("file", Map.of(ORDERS, List.of(B, A)), context);
        var watch = source.watch(ServiceQuery.of(ORDERS), told);
        assertThat(told.states()).isEmpty(); // never in the thread that watches
        time.runPending();
        var ready = (ServiceState.Ready) told.last();
        assertThat(ready.endpoints()).containsExactly(A, B);
        assertThat(ready.set().source()).isEqualTo("file");
        assertThat(watch.firstAnswer().toCompletableFuture()).isCompletedWithValue(ready);
        source.close();
        assertThat(time.failures()).isEmpty();
    }

    @Test
    void watch_unknownOrEmptyService_isAbsent() {
        var source = StaticDiscovery.of("file", Map.of(ORDERS, List.of()), context);
        for (String name : List.of("orders", "users")) {
            var each = new ToldStates();
            source.watch(ServiceQuery.of(ServiceName.of(name)), each);
            time.runPending();
            assertThat(each.last()).as(name).isInstanceOf(ServiceState.Absent.class);
        }
    }

    @Test
    void of_twoEndpointsOfOneId_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StaticDiscovery.of("file", Map.of(ORDERS, List.of(A, A)), context));
    }

    @Test
    void manual_ofItsOwnThreads_tellsAndEndsThem() {
        var manual = new ManualDiscovery();
        manual.watch(ServiceQuery.of(ORDERS), told);
        manual.set(ORDERS, List.of(A));
        Eventually.eventually(
                Duration.ofSeconds(30),
                () -> assertThat(told.last().endpoints()).containsExactly(A));
        manual.close();
        manual.set(ORDERS, List.of(B));
        manual.fail(ServiceName.of("later"), "ignored");
        var late = manual.watch(ServiceQuery.of(ORDERS), told);
        assertThat(late.current().endpoints()).containsExactly(A);
        assertThat(late.firstAnswer().toCompletableFuture()).isDone();
    }

    @Test
    void manual_thousandChangesBetweenTwoLooks_areToldOnce() {
        var manual = new ManualDiscovery("manual", context);
        manual.watch(ServiceQuery.of(ORDERS), told);
        for (int i = 1; i <= 1_000; i++) {
            manual.set(ORDERS, List.of(A.withWeight(i)));
        }
        time.runPending();
        assertThat(told.states()).hasSize(1);
        assertThat(told.last().endpoints()).containsExactly(A.withWeight(1_000));
    }
}
