package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Outcome;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostBookTest {
    private static final Endpoint NAMED = Endpoint.of("orders.internal", 80);

    private final Stage stage = new Stage();

    private String address() {
        Lease lease = stage.lease();
        String text = lease.address().getAddress().getHostAddress() + ":"
                + lease.address().getPort();
        lease.close();
        return text;
    }

    @Test
    void literals_areNotLookedUp() {
        stage.set(Endpoint.of("10.0.0.1", 80), Endpoint.of("::1", 80), Endpoint.of("2001:db8::7", 81));
        assertThat(stage.lookUps).isEmpty();
        assertThat(stage.service.snapshot().eligible()).hasSize(3);
    }

    @Test
    void name_isLookedUpOnceForAllItsEndpoints() {
        stage.name("orders.internal", "10.0.0.1");
        stage.set(NAMED, Endpoint.of("orders.internal", 81));
        assertThat(stage.lookUps).containsExactly("orders.internal");
        assertThat(stage.service.snapshot().eligible()).hasSize(2);
    }

    @Test
    void refresh_afterHalfAMinute_takesTheNewAddress() {
        stage.name("orders.internal", "10.0.0.1");
        stage.set(NAMED);
        assertThat(address()).isEqualTo("10.0.0.1:80");
        stage.name("orders.internal", "10.0.0.2");

        stage.time.advance(Duration.ofSeconds(34));

        assertThat(address()).isEqualTo("10.0.0.2:80");
    }

    @Test
    void refresh_thatFails_keepsTheAddress() {
        stage.name("orders.internal", "10.0.0.1");
        stage.set(NAMED);
        stage.names.clear();

        stage.time.advance(Duration.ofMinutes(5));

        assertThat(stage.lookUps).hasSizeGreaterThan(5);
        assertThat(address()).isEqualTo("10.0.0.1:80");
    }

    @Test
    void refresh_thatStillNamesTheAddressInUse_keepsItAndItsCounters() {
        stage.name("orders.internal", "10.0.0.1", "10.0.0.2");
        stage.set(NAMED);
        stage.lease();
        stage.name("orders.internal", "10.0.0.2", "10.0.0.1");

        stage.time.advance(Duration.ofSeconds(34));

        assertThat(stage.member(NAMED.id()).load().inFlight()).isEqualTo(1);
        assertThat(address()).isEqualTo("10.0.0.1:80");
    }

    @Test
    void unknownName_isTriedAgainSoon() {
        stage.set(NAMED);
        assertThat(stage.refusal()).isEqualTo(Reason.NO_ENDPOINTS);
        stage.name("orders.internal", "10.0.0.1");

        stage.time.advance(Duration.ofSeconds(3));

        assertThat(address()).isEqualTo("10.0.0.1:80");
    }

    @Test
    void connectFailure_withSeveralAddresses_goesOnToTheNext() {
        stage.name("localhost", "127.0.0.1", "::1");
        stage.set(Endpoint.of("localhost", 80));
        assertThat(address()).isEqualTo("127.0.0.1:80");

        stage.lease().complete(Outcome.CONNECT_FAILED);

        assertThat(address()).isEqualTo("0:0:0:0:0:0:0:1:80");
        stage.lease().complete(Outcome.BROKEN);
        assertThat(address()).isEqualTo("0:0:0:0:0:0:0:1:80");
    }

    @Test
    void lookUp_thatNeverReturns_doesNotKeepOthersFromBeingTriedAgain() {
        var lookUps = new ArrayDeque<Runnable>();
        Scheduler held = new Scheduler() {
            @Override
            public void execute(Runnable task) {
                lookUps.add(task);
            }

            @Override
            public Timer schedule(Duration delay, Runnable task) {
                return stage.time.schedule(delay, task);
            }
        };
        var context = new ServiceContext(stage.time, held, Randomness.system(), stage, event -> {});
        var book = new HostBook(context, Runnable::run, () -> {});
        book.addresses("slow.internal");
        book.addresses("orders.internal");
        lookUps.removeLast().run();
        assertThat(book.problem("orders.internal")).isEqualTo("unknown host");
        stage.name("orders.internal", "10.0.0.1");

        stage.time.advance(Duration.ofSeconds(3));
        lookUps.removeLast().run();

        assertThat(book.addresses("orders.internal")).hasSize(1);
        assertThat(lookUps).hasSize(1);
    }

    @Test
    void lookUp_thatThrowsAnError_isOneThatFailed() {
        stage.broken = new NoClassDefFoundError("dns/Client");
        Endpoint[] five = IntStream.range(0, 5)
                .mapToObj(i -> Endpoint.of("host" + i + ".internal", 80))
                .toArray(Endpoint[]::new);
        stage.set(five);
        stage.broken = null;
        stage.name("host4.internal", "10.0.0.4");

        stage.time.advance(Duration.ofSeconds(3));

        assertThat(address()).isEqualTo("10.0.0.4:80");
    }

    @Test
    void hostsThatAreGone_areNotLookedUpAgain() {
        stage.name("orders.internal", "10.0.0.1");
        stage.set(NAMED, Endpoint.of("10.0.0.5", 80));
        stage.set(Endpoint.of("10.0.0.5", 80));
        int before = stage.lookUps.size();

        stage.time.advance(Duration.ofMinutes(5));

        assertThat(stage.lookUps).hasSize(before);
    }
}
