package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.service.Answers;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What services count of requests is what the test sent. */
@ExtendWith(LeakExtension.class)
class AnswersRowsTest {
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T each) {
        opened.add(0, each);
        return each;
    }

    private static Answers answers(Gateway gateway) {
        return gateway.penstock().table().services().get(0).answers();
    }

    private static long latencies(Answers answers) {
        return answers.latencies().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void S04_answers_areCountedByStatus_withTheirBytes() throws Exception {
        StubBackend stub = opened(StubBackend.start(connection -> {
            for (int status : new int[] {200, 200, 301, 404, 500}) {
                connection.readThrough("hello");
                connection.send("HTTP/1.1 " + status + " X\r\nContent-Length: 7\r\n\r\ngoodbye");
            }
            connection.readToEnd();
        }));
        Gateway gateway = opened(Setup.start(ServiceSpec.of("site", stub.address())));
        RawClient client = opened(RawClient.connect(gateway.port()));
        for (int i = 0; i < 5; i++) {
            client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        }
        Answers counted = answers(gateway);

        Eventually.eventually(Setup.GENEROUS, () -> assertThat(counted.count(5)).isEqualTo(1));
        assertThat(List.of(counted.count(2), counted.count(3), counted.count(4), counted.count(0)))
                .containsExactly(2L, 1L, 1L, 0L);
        assertThat(counted.receivedBytes()).isEqualTo(25);
        assertThat(counted.sentBytes()).isEqualTo(35);
        assertThat(latencies(counted)).isEqualTo(5);
        assertThat(counted.latencySeconds()).isPositive();
        assertThat(counted.count(Outcome.ERROR_ANSWER)).isEqualTo(1);
    }

    @Test
    void S04_requestsWithoutAnAnswer_areCountedByWhatTheirAttemptsCameTo() throws Exception {
        DeadAddress dead = opened(DeadAddress.refusing());
        Gateway gateway = opened(Setup.start(ServiceSpec.of("site", dead.address())));
        assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(502);
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(answers(gateway).count(5)).isEqualTo(1));
        assertThat(answers(gateway).count(Outcome.CONNECT_FAILED)).isPositive();
        assertThat(latencies(answers(gateway))).isZero();

        EchoBackend holding = opened(EchoBackend.start("B1"));
        holding.hold();
        Gateway other = opened(Setup.over(holding));
        RawClient leaving = opened(RawClient.connect(other.port()));
        leaving.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        holding.awaitHeld(1);
        leaving.reset();
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(answers(other).count(0)).isEqualTo(1));
        assertThat(answers(other).count(Outcome.CANCELLED)).isEqualTo(1);
        holding.release();
    }

    @Test
    void S04_bytesOfAConnection_areThoseThatWerePassedOn() throws Exception {
        TcpBackend backend = opened(TcpBackend.echo());
        Gateway gateway = opened(Setup.gateway()
                .listener(ListenerSpec.of("tcp", "127.0.0.1:0").withProtocol(Protocol.Tcp.defaults()))
                .service(ServiceSpec.of("db", backend.address()))
                .route(Match.ALL.withListeners(Set.of("tcp")), "db")
                .start());
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("hello").halfClose();
            assertThat(client.readToEnd()).hasSize(5);
        }
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(answers(gateway).sentBytes()).isEqualTo(5));
        assertThat(answers(gateway).receivedBytes()).isEqualTo(5);
        assertThat(latencies(answers(gateway))).isEqualTo(1);
    }
}
