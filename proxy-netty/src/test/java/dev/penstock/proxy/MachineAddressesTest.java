package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.ManualTime;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

    @Test
    void interfacesThatCannotBeListed_areAFailureOfEachLook_untilTheyCan() throws Exception {
        var fault = new AtomicReference<>(new SocketException("Operation not permitted"));
        var failing = new MachineAddresses(time, () -> {
            listings.incrementAndGet();
            SocketException present = fault.get();
            if (present != null) {
                throw present;
            }
            return Set.copyOf(machine);
        });
        machine.add(address("10.0.0.1"));
        assertThatThrownBy(() -> failing.all(true)).hasMessage("Operation not permitted");
        assertThatThrownBy(() -> failing.all(true)).isInstanceOf(SocketException.class);
        assertThat(listings).hasValue(2); // a failure is no answer for a second

        fault.set(null);
        assertThat(failing.all(true)).containsExactly(address("10.0.0.1"));

        fault.set(new SocketException("once more"));
        time.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> failing.all(true))
                .hasMessage("once more"); // what was listed is old: nobody takes it for new
        fault.set(null);
        machine.add(address("10.0.0.2"));
        assertThat(failing.all(true)).hasSize(2);
    }
}
