package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.ManualTime;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MachineAddressesTest {
    private final ManualTime time = new ManualTime();
    private final AtomicInteger listings = new AtomicInteger();
    private final Set<InetAddress> machine = new LinkedHashSet<>();
    private final MachineAddresses addresses = new MachineAddresses(time, () -> {
        listings.incrementAndGet();
        return Set.copyOf(machine);
    });

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    @Test
    void listeners_thatLookWithinASecond_shareOneListing() throws Exception {
        machine.add(address("10.0.0.1"));
        for (int i = 0; i < 1_000; i++) {
            assertThat(addresses.all(true)).containsExactly(address("10.0.0.1"));
        }
        assertThat(listings).hasValue(1);

        machine.add(address("10.0.0.2"));
        time.advance(Duration.ofSeconds(1));
        assertThat(addresses.all(true)).containsExactlyInAnyOrder(address("10.0.0.1"), address("10.0.0.2"));
        assertThat(listings).hasValue(2);
    }

    @Test
    void addressesOfIpv6_areLeftOutWhereNotWanted() throws Exception {
        machine.addAll(List.of(address("::1"), address("127.0.0.1")));
        assertThat(addresses.all(false)).containsExactly(address("127.0.0.1"));
        assertThat(addresses.all(true)).hasSize(2);
    }
}
