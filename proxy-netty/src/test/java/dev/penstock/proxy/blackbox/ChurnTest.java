package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Endpoints that are replaced all the time under load: no request fails. */
class ChurnTest {
    private static final int CHANGES = 25;
    private static final int BACKENDS = 4;

    @Test
    void endpointSets_replacedAsFastAsTheyTakeEffect_failNoRequest() throws Exception {
        List<EchoBackend> backends = new ArrayList<>();
        List<Endpoint> all = new ArrayList<>();
        for (int i = 0; i < BACKENDS; i++) {
            backends.add(EchoBackend.start("B" + i));
            all.add(Setup.endpoint("e" + i, backends.get(i).port()));
        }
        var over = new AtomicBoolean();
        var answered = new AtomicInteger();
        try (var site = ChangingSite.of("round_robin", all.toArray(Endpoint[]::new))) {
            var load = Concurrently.run(4, thread -> {
                try (var client = RawClient.connect(site.port())) {
                    while (!over.get()) {
                        String method = answered.get() % 2 == 0 ? "GET" : "POST";
                        assertThat(client.exchange(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
                                        .status())
                                .isEqualTo(200);
                        answered.incrementAndGet();
                    }
                }
            });
            var random = new SplittableRandom(1); // the seed
            for (int change = 0; change < CHANGES; change++) {
                site.set(some(all, random)); // returns when it is in effect: at most once in 100 ms
            }
            over.set(true);
            load.join();

            assertThat(answered.get()).isGreaterThan(CHANGES);
            Setup.awaitNothingInFlight(site.gateway());
        } finally {
            backends.forEach(EchoBackend::close);
        }
    }

    /** A set that is never empty. */
    private static Endpoint[] some(List<Endpoint> all, SplittableRandom random) {
        int which = 1 + random.nextInt((1 << all.size()) - 1);
        List<Endpoint> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if ((which >> i & 1) == 1) {
                some.add(all.get(i));
            }
        }
        return some.toArray(Endpoint[]::new);
    }
}
