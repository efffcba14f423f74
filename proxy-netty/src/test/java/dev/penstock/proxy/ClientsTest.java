package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ConnectionLimits;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ClientsTest {
    private static InetAddress address(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }

    @Test
    void descriptors_areKeptForTheConnectionsOfEachClientToAnEndpoint() {
        var descriptors = new Descriptors(164, 80); // 64 of them are a reserve: 20 are left
        for (int i = 0; i < 10; i++) {
            assertThat(descriptors.takeClient()).isTrue();
        }
        assertThat(descriptors.takeClient()).isFalse();
        descriptors.giveClient();
        assertThat(descriptors.takeClient()).isTrue();
    }

    @Test
    void descriptors_ofManyConnectionsToEndpoints_areNotGivenToClients() {
        var descriptors = new Descriptors(164, 80);
        for (int i = 0; i < 19; i++) {
            descriptors.takeUpstream();
        }
        assertThat(descriptors.takeClient()).isTrue();
        assertThat(descriptors.takeClient()).isFalse();
        descriptors.giveUpstream();
        assertThat(descriptors.takeClient()).isTrue();
    }

    @Test
    void descriptors_ofPipes_areTakenByTwos_andOnlyWhereThereAreEnough() {
        var descriptors = new Descriptors(164, 97); // 3 are left
        assertThat(descriptors.takePipe()).isTrue();
        assertThat(descriptors.takePipe()).isFalse();
        descriptors.givePipe();
        assertThat(descriptors.takePipe()).isTrue();
    }

    @Test
    void networkOfIpv6_countsAsOneAddress() throws Exception {
        var clients = Clients.ofConnections(new Descriptors(Integer.MAX_VALUE, 0), 1);
        ConnectionLimits limits = ConnectionLimits.defaults().withMost(100, 2);

        assertThat(clients.enter(address("2001:db8::1"), limits, false)).isNull();
        assertThat(clients.enter(address("2001:db8::2"), limits, false)).isNull();
        assertThat(clients.enter(address("2001:db8::3"), limits, false)).isEqualTo(ClientRefusal.ADDRESS);
        assertThat(clients.enter(address("2001:db8:0:1::3"), limits, false)).isNull();
        assertThat(clients.enter(address("2001:db8::3"), limits, true)).isNull();
        assertThat(clients.open()).isEqualTo(4);
    }

    @Test
    void whoLeaves_leavesNothingBehind() throws Exception {
        var clients = Clients.ofConnections(new Descriptors(Integer.MAX_VALUE, 0), 1);
        ConnectionLimits limits = ConnectionLimits.defaults().withMost(2, 1);
        for (int i = 0; i < 10; i++) {
            assertThat(clients.enter(address("10.0.0.1"), limits, false)).isNull();
            assertThat(clients.enter(address("10.0.0.1"), limits, false)).isEqualTo(ClientRefusal.ADDRESS);
            clients.leave(address("10.0.0.1"));
        }
        assertThat(clients.open()).isZero();
    }
}
