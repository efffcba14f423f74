package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.discovery.CompositeDiscovery;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CompositeDiscoveryTest {
    private static final ServiceName ORDERS = ServiceName.of("orders");
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 8002);

    private final ManualTime time = new ManualTime();
    private final DiscoveryContext context = new DiscoveryContext(time, time, new SeededRandomness(1));
    private final ManualDiscovery first = new ManualDiscovery("one", context);
    private final ManualDiscovery second = new ManualDiscovery("two", context);
    private final ToldStates told = new ToldStates();
    private final CompositeDiscovery composite = compose(first, second);

    private CompositeDiscovery compose(Discovery one, Discovery two) {
        return new CompositeDiscovery(
                List.of(new CompositeDiscovery.Member("first", one), new CompositeDiscovery.Member("second", two)),
                context,
                event -> {});
    }

    private Watch watch() {
        Watch watch = composite.watch(ServiceQuery.of(ORDERS), told);
        time.runPending();
        return watch;
    }

    private void set(ManualDiscovery source, Endpoint... endpoints) {
        source.set(ORDERS, List.of(endpoints));
        time.runPending();
    }

    private void fail(ManualDiscovery source) {
        source.fail(ORDERS, "out of order");
        time.runPending();
    }

    private static Endpoint from(String source, Endpoint endpoint) {
        return endpoint.withMetadata(Map.of(CompositeDiscovery.SOURCE, source));
    }

    @Test
    void union_saysWhereEachEndpointIsFrom_andTheEarlierSourceWins() {
        watch();
        set(first, A.withWeight(5));
        set(second, A.withWeight(9), B);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        assertThat(told.last().endpoints()).containsExactly(from("first", A.withWeight(5)), from("second", B));
        set(first);
        assertThat(told.last().endpoints()).containsExactly(from("second", A.withWeight(9)), from("second", B));
    }

    @Test
    void sourceOfItsOwn_inTheMetadata_stays() {
        watch();
        set(first, from("deeper", A));
        assertThat(told.last().endpoints()).containsExactly(from("deeper", A));
    }

    @Test
    void pending_endsWithTheFirstEndpoints() {
        Watch watch = watch();
        assertThat(watch.current()).isInstanceOf(ServiceState.Pending.class);
        set(second, B);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
    }

    @Test
    void pending_sourceThatKnowsNone_waitsForTheOther() {
        Watch watch = watch();
        set(first);
        assertThat(watch.current()).isInstanceOf(ServiceState.Pending.class);
        set(second);
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
    }

    @Test
    void pending_sourceThatFails_waitsForTheOther() {
        Watch watch = watch();
        fail(first);
        assertThat(watch.current()).isInstanceOf(ServiceState.Pending.class);
        fail(second);
        assertThat(((ServiceState.Failed) told.last()).problem())
                .isEqualTo("first: out of order; second: out of order");
    }

    @Test
    void failure_ofOne_keepsItsPartAndMakesTheWholeStale() {
        watch();
        set(first, A);
        set(second, B);
        time.advance(Duration.ofSeconds(5));
        fail(second);
        time.advance(Duration.ofSeconds(5));
        Endpoint c = Endpoint.of("10.0.0.3", 8003);
        set(first, c);
        var stale = (ServiceState.Stale) told.last();
        assertThat(stale.endpoints()).containsExactly(from("second", B), from("first", c));
        assertThat(stale.problem()).isEqualTo("second: out of order");
        assertThat(stale.sinceNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
        set(second, B);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
    }

    @Test
    void failure_ofOneThatNeverAnswered_isStaleWithTheOthersEndpoints() {
        watch();
        set(first, A);
        fail(second);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        assertThat(told.last().endpoints()).containsExactly(from("first", A));
    }

    @Test
    void failure_besideOneThatSaysNone_keepsNothingOfIt() {
        watch();
        set(first, A);
        fail(second);
        set(first);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        assertThat(told.last().endpoints()).isEmpty();
    }

    @Test
    void failure_ofOneThatNeverAnswered_besideOneThatSaysNone_isFailedAndNamesIt() {
        watch();
        set(first);
        fail(second);
        assertThat(((ServiceState.Failed) told.last()).problem()).isEqualTo("second: out of order");
        set(second);
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
    }

    @Test
    void failure_afterAllSaidNone_isStaleWithoutEndpoints() {
        watch();
        set(first);
        set(second);
        fail(second);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        assertThat(told.last().endpoints()).isEmpty();
    }

    @Test
    void serviceMissingInOneSource_isReadyWithTheOthers() {
        watch();
        set(first);
        set(second, B);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        assertThat(told.last().endpoints()).containsExactly(from("second", B));
    }

    @Test
    void X10_throwingMember_isContained() {
        Discovery throwing = new Discovery() {
            @Override
            public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void close() {
                throw new IllegalStateException("broken too");
            }
        };
        CompositeDiscovery mixed = compose(throwing, second);
        mixed.watch(ServiceQuery.of(ORDERS), told);
        set(second, B);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        assertThat(told.last().endpoints()).containsExactly(from("second", B));
        mixed.close();
    }

    @Test
    void close_ofTheWatch_endsItsParts() {
        watch().close();
        set(first, A);
        assertThat(told.states()).isEmpty();
    }

    @Test
    void members_noneOrTwoOfOneName_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CompositeDiscovery(List.of(), context, event -> {}))
                .withMessage("members: none (expected: 1 or more)");
        var member = new CompositeDiscovery.Member("first", first);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CompositeDiscovery(List.of(member, member), context, event -> {}))
                .withMessage("member: \"first\" (expected: given once)");
    }
}
