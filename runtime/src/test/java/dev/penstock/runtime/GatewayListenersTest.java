package dev.penstock.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.admin.ListenerOutcome;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.proxy.Gateway;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayListenersTest {
    private static long apply(Penstock penstock, ListenerSpec... listeners) {
        return penstock.apply(new CatalogState("test", List.of(listeners), List.of(), List.of()))
                .table()
                .version();
    }

    @Test
    void listener_isDone_onceItIsBoundOrGone_andLateWhereTheGatewayCloses() {
        try (var penstock = Penstock.builder().build();
                Gateway gateway = Gateway.builder().penstock(penstock).start()) {
            var listeners = new GatewayListeners(gateway);
            ListenerSpec door = ListenerSpec.of("door", "127.0.0.1:0");

            assertThat(listeners.outcome(apply(penstock, door), "door")).isEqualTo(ListenerOutcome.DONE);
            assertThat(listeners.outcome(apply(penstock), "door")).isEqualTo(ListenerOutcome.DONE);
            apply(penstock, door);
            assertThat(listeners.outcome(penstock.table().version(), "door")).isEqualTo(ListenerOutcome.DONE);
            gateway.close();

            long gone = apply(penstock);
            assertThat(listeners.outcome(gone, "door").kind()).isEqualTo(ListenerOutcome.Kind.LATE);
            long another = apply(penstock, ListenerSpec.of("other", "127.0.0.1:0"));
            assertThat(listeners.outcome(another, "other").kind()).isEqualTo(ListenerOutcome.Kind.LATE);
        }
    }

    @Test
    void address_hasAnObstacle_whileSomebodyElseHasIt_andIsNotTakenByTheQuestion() throws Exception {
        try (var penstock = Penstock.builder().build();
                Gateway gateway = Gateway.builder().penstock(penstock).start()) {
            var listeners = new GatewayListeners(gateway);
            ListenerSpec door;
            try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                door = ListenerSpec.of("door", "127.0.0.1:" + other.getLocalPort());

                assertThat(listeners.obstacle(door))
                        .startsWith("listener \"door\": " + door.address() + ": ")
                        .endsWith(" (expected: an address of this machine and a free port)");
                assertThat(listeners.obstacle(ListenerSpec.of("door", ":" + other.getLocalPort())))
                        .isNotEmpty();
                assertThat(listeners.obstacle(door.withProtocol(Protocol.Udp.defaults())))
                        .isEmpty(); // another port than that of TCP
            }
            assertThat(listeners.obstacle(door)).isEmpty();
            assertThat(listeners.outcome(apply(penstock, door), "door")).isEqualTo(ListenerOutcome.DONE);
            apply(penstock);
            assertThat(listeners.obstacle(door)).isEmpty(); // it waits for the one before
            assertThat(listeners.obstacle(ListenerSpec.of("far", "192.0.2.1:0")))
                    .contains("192.0.2.1:0");
        }
    }
}
