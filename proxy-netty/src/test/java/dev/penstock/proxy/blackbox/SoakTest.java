package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random traffic while endpoints come and go at random. Fails for an answer that the churn does not explain, and for heap,
 * direct memory, threads or descriptors that grow. Two seconds long; the whole of it takes half an hour:
 * {@code mvn verify -pl proxy-netty -am -Dtest=SoakTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dpenstock.soak.seconds=1800}.
 */
class SoakTest {
    private static final long SECONDS = Integer.getInteger("penstock.soak.seconds", 2);
    private static final int CLIENTS = 6;
    private static final int BACKENDS = 4;

    private final List<EchoBackend> backends = new ArrayList<>();
    private final List<Endpoint> endpoints = new ArrayList<>();

    @Test
    void S11_randomChurnAndTraffic_failNoRequest_andNothingGrows() throws Exception {
        for (int i = 0; i < BACKENDS; i++) {
            backends.add(EchoBackend.start("B" + i));
            endpoints.add(Setup.endpoint("e" + i, backends.get(i).port()));
        }
        try (var site = ChangingSite.of("p2c", endpoints.toArray(Endpoint[]::new))) {
            run(site, Duration.ofSeconds(1), 1); // what is made once is there
            Vitals before = atRest(site);
            run(site, Duration.ofSeconds(SECONDS), 2);

            Eventually.eventually(Setup.GENEROUS, () -> atRest(site).assertNotAbove(before));
        } finally {
            backends.forEach(EchoBackend::close);
        }
    }

    private void run(ChangingSite site, Duration time, long seed) throws Exception {
        long end = Ticker.system().nanos() + time.toNanos();
        var traffic = Concurrently.run(CLIENTS, thread -> {
            var random = new SplittableRandom(seed * 1_000 + thread);
            while (end - Ticker.system().nanos() > 0) {
                visit(site.port(), random);
            }
        });
        var random = new SplittableRandom(seed);
        while (end - Ticker.system().nanos() > 0) {
            int which = 1 + random.nextInt((1 << BACKENDS) - 1); // never empty
            site.set(endpoints.stream()
                    .filter(endpoint -> (which >> endpoints.indexOf(endpoint) & 1) == 1)
                    .toArray(Endpoint[]::new));
        }
        traffic.join(time);
        site.set(endpoints.toArray(Endpoint[]::new));
    }

    /** A few requests on one connection, some of which the client does not finish, or whose answers it does not await. */
    private static void visit(int port, SplittableRandom random) throws IOException {
        var client = RawClient.connect(port);
        try {
            for (int i = random.nextInt(20); i >= 0; i--) {
                int length = random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(100);
                String request = (random.nextBoolean() ? "GET" : "POST") + " /" + i
                        + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length);
                if (random.nextInt(20) == 0) {
                    client.send(request.substring(0, random.nextInt(request.length())));
                    client.reset();
                    return;
                }
                assertThat(client.exchange(request).status())
                        .as("%s of %d bytes", request.substring(0, 4), length)
                        .isEqualTo(200);
            }
        } finally {
            client.close();
        }
    }

    private Vitals atRest(ChangingSite site) throws IOException {
        Setup.awaitNothingInFlight(site.gateway());
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(site.gateway().status("web").connections()).isZero());
        backends.forEach(EchoBackend::closeConnections);
        return Vitals.now();
    }
}
