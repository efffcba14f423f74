package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Transport;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Endpoints that close idle connections at the worst moments: no client notices. The slow test closes 10,000;
 * {@code -Dpenstock.stale.closes=N} sets another number.
 */
class StaleConnectionsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final int CLIENTS = 4;

    private final AtomicLong seeds = new AtomicLong();

    /** Answers one request, then ends the connection before, while or after the next one comes. */
    private void answerOnceAndEnd(StubConnection connection) throws IOException {
        long seed = seeds.incrementAndGet();
        var random = new SplittableRandom(seed);
        connection.readHead();
        connection.send(OK);
        switch (random.nextInt(5)) {
            case 0 -> connection.close(); // the end and the next request cross each other
            case 1 -> connection.reset();
            case 2 -> connection.readThrough("G"); // it has come, and is lost with the connection
            case 3 -> {
                connection.readHead(); // whole
                connection.reset();
            }
            default -> {
                for (int i = random.nextInt(2_000); i > 0; i--) {
                    Thread.onSpinWait(); // somewhere in between
                }
                connection.close();
            }
        }
    }

    @Test
    void idleConnections_closedAtTheWorstMoments_costNoRequest() throws Exception {
        closeWhileRequested(500);
    }

    @Test
    @Tag("slow")
    void tenThousandIdleConnections_closedAtTheWorstMoments_costNoRequest() throws Exception {
        closeWhileRequested(Integer.getInteger("penstock.stale.closes", 10_000));
    }

    private void closeWhileRequested(int closes) throws Exception {
        try (var stub = StubBackend.start(this::answerOnceAndEnd);
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()))) {
            Concurrently.run(CLIENTS, thread -> {
                        try (var client = RawClient.connect(gateway.port())) {
                            for (int i = 0; i < closes / CLIENTS; i++) {
                                assertThat(client.get("a", "/").status()).isEqualTo(200);
                            }
                        }
                    })
                    .join();

            assertThat(stub.connections()).isGreaterThan(closes / 2);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void postAfterTheEndOfAnIdleConnection_goesOverAnother_thoughTheLoopHasNotSeenTheEnd() throws Exception {
        BlockingQueue<StubConnection> answered = new LinkedBlockingQueue<>();
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.send(OK);
                    answered.add(connection);
                    connection.readToEnd();
                });
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            assumeThat(gateway.transport()).isEqualTo(Transport.EPOLL); // elsewhere the system is not asked
            for (int i = 0; i < 300; i++) {
                assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody")
                                .status())
                        .isEqualTo(200);
                if (i % 2 == 0) {
                    answered.take().close(); // on one machine the other end has it at once
                } else {
                    answered.take().halfClose();
                }
            }

            assertThat(stub.connections()).isEqualTo(300);
        }
    }

    private static final int BODY_BYTES = 20_000;

    /** What an endpoint that reads bodies has seen: whole requests, and parts of requests at the end of a connection. */
    private final List<String> wrong = new CopyOnWriteArrayList<>();

    private static String put(long id) {
        return "PUT /" + id + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n";
    }

    /** Answers a whole request, then ends the connection before, or within, the next one. */
    private void readOnceAndEnd(StubConnection connection) throws IOException {
        long id = readPut(connection);
        connection.send(OK);
        var random = new SplittableRandom(id);
        switch (random.nextInt(4)) {
            case 0 -> connection.close();
            case 1 -> connection.readHead();
            case 2 -> {
                connection.readHead();
                connection.read(1 + random.nextInt(BODY_BYTES - 1));
            }
            default -> readPut(connection);
        }
        connection.reset();
    }

    /** Reads a request whose body must be its own, all of it. */
    private long readPut(StubConnection connection) throws IOException {
        String head = connection.readHead();
        long id = Long.parseLong(head.substring("PUT /".length(), head.indexOf(' ', 5)));
        byte[] body = connection.read(BODY_BYTES);
        if (!Arrays.equals(body, Setup.randomBytes(id, BODY_BYTES))) {
            wrong.add("body of request " + id);
        }
        return id;
    }

    /** Nothing is kept of bodies, so what was sent once is never sent again: not the whole, and no rest of it. */
    @Test
    void bodiesThatFindNoRoomToBeKept_overConnectionsThatEnd_arriveWholeOrNot() throws Exception {
        int requests = 400;
        var answered = new AtomicInteger();
        try (var stub = StubBackend.start(this::readOnceAndEnd);
                var gateway = Setup.builder(Setup.LISTENER, ServiceSpec.of("site", stub.address()))
                        .retryBodies(0)
                        .threads(2)
                        .start()) {
            Concurrently.run(CLIENTS, thread -> {
                        for (int i = 0; i < requests / CLIENTS; i++) {
                            long id = (long) i * CLIENTS + thread;
                            try (var client = RawClient.connect(gateway.port())) {
                                client.send(put(id)).send(Setup.randomBytes(id, BODY_BYTES));
                                int status = client.read("PUT").status();
                                assertThat(status).isIn(200, 502); // 502: its connection ended while it was on its way
                                answered.addAndGet(status == 200 ? 1 : 0);
                            }
                        }
                    })
                    .join();

            assertThat(wrong).isEmpty();
            assertThat(answered.get()).isGreaterThan(requests / 3);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void bodyThatFindsNoRoomToBeKept_overAConnectionThatIsUnusedForLonger_arrivesOverANewOne() throws Exception {
        try (var stub = StubBackend.start(connection -> {
                    readPut(connection);
                    connection.send(OK);
                    connection.readHead(); // of a request that it would be too late for
                    connection.reset();
                });
                var gateway = Setup.builder(Setup.LISTENER, ServiceSpec.of("site", stub.address()))
                        .retryBodies(0)
                        .start();
                var client = RawClient.connect(gateway.port())) {
            byte[] first = put(1).getBytes(US_ASCII);
            var whole =
                    ByteBuffer.allocate(first.length + BODY_BYTES).put(first).put(Setup.randomBytes(1, BODY_BYTES));
            for (int i = 1; i <= 2; i++) {
                client.send(whole.array()); // the body is there with the head
                assertThat(client.read("PUT").status()).isEqualTo(200);
                assertThat(stub.connections()).isEqualTo(i);
                assertThat(client.staysSilent(Duration.ofMillis(1_200))).isTrue();
            }
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void postOverAConnectionThatIsUnusedForLonger_goesOverANewOne() throws Exception {
        try (var stub = StubBackend.start(connection -> {
                    while (true) {
                        connection.readHead();
                        connection.send(OK);
                    }
                });
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
            client.exchange(post);
            assertThat(client.staysSilent(Duration.ofMillis(1_200))).isTrue();
            assertThat(client.get("a", "/").status()).isEqualTo(200);
            assertThat(stub.connections()).isEqualTo(1);
            assertThat(client.staysSilent(Duration.ofMillis(1_200))).isTrue();

            assertThat(client.exchange(post).status()).isEqualTo(200);
            assertThat(stub.connections()).isEqualTo(2);
        }
    }
}
