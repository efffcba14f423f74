package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.middleware.Redirect;
import dev.penstock.proxy.Ending;
import dev.penstock.proxy.ExchangeRecord;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.service.Answers;
import dev.penstock.service.Service;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What observers are told of how exchanges, connections and flows have ended. */
@ExtendWith(LeakExtension.class)
class EndingRowsTest {
    private static final String GET =
            "GET /p?q=1 HTTP/1.1\r\nHost: A.test\r\nReferer: http://b.test/\r\nUser-Agent: t/1\r\n\r\n";

    private static final Duration BRIEF = Duration.ofMillis(50);

    private final Records records = new Records();
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

    private Gateway gateway(ListenerSpec listener, ServiceSpec site) {
        return opened(Setup.builder(listener, site).observer(records).start());
    }

    private Gateway gateway(ServiceSpec site) {
        return gateway(Setup.LISTENER, site);
    }

    private RawClient connect(Gateway gateway) {
        return opened(RawClient.connect(gateway.port()));
    }

    private StubBackend stub(StubBackend.Script script) {
        return opened(StubBackend.start(script));
    }

    private String ended() throws InterruptedException {
        return records.next().ending().token();
    }

    @Test
    void S06_exchangeThatIsComplete_hasItsTimesAndTexts() throws Exception {
        EchoBackend backend = opened(EchoBackend.start("B1"));
        RawClient client = connect(gateway(Setup.site(backend)));
        client.exchange(GET);
        client.exchange(GET);
        ExchangeRecord first = records.next();
        ExchangeRecord second = records.next();

        assertThat(first.ending().token()).isEqualTo("complete");
        assertThat(first.isError()).isFalse();
        assertThat(first.protocol()).isEqualTo("HTTP/1.1");
        assertThat(first.host() + first.path() + first.query()).isEqualTo("a.test/pq=1");
        assertThat(first.referer() + first.userAgent()).isEqualTo("http://b.test/t/1");
        assertThat(first.connect()).isPositive();
        assertThat(first.firstByte()).isPositive().isLessThanOrEqualTo(first.duration());
        assertThat(second.connect()).isNull(); // the connection was there
        assertThat(second.startNanos()).isGreaterThan(first.startNanos());
    }

    @Test
    void S06_noRoute_andNoEndpoint_areTheProxys_withTheDomain() throws Exception {
        Gateway gateway = opened(Setup.gateway()
                .listener(Setup.LISTENER)
                .service(ServiceSpec.of("empty"))
                .route(Match.ALL.withHost("empty.test"), "empty")
                .observer(records)
                .start());
        RawClient client = connect(gateway);
        client.get("nowhere.test", "/");
        client.get("empty.test", "/");
        ExchangeRecord noRoute = records.next();
        ExchangeRecord noEndpoint = records.next();

        assertThat(noRoute.host() + " " + noRoute.status() + " "
                        + noRoute.ending().token())
                .isEqualTo("nowhere.test 404 proxy.request");
        assertThat(noEndpoint.host() + " " + noEndpoint.status() + " " + noEndpoint.service() + " "
                        + noEndpoint.ending().token())
                .isEqualTo("empty.test 503 empty proxy.queue");
        assertThat(noEndpoint.isError()).isTrue();
    }

    @Test
    void S06_endpointThatRefuses_isConnectedTo() throws Exception {
        DeadAddress dead = opened(DeadAddress.refusing());
        connect(gateway(ServiceSpec.of("site", dead.address()))).get("a", "/");
        ExchangeRecord record = records.next();

        assertThat(record.ending()).isEqualTo(new Ending(Ending.By.ENDPOINT, Ending.During.CONNECT));
        assertThat(record.reason()).isEqualTo("connection_refused");
        assertThat(record.endpoint()).isEqualTo(dead.address());
        assertThat(record.firstByte()).isNull();
    }

    @Test
    void S06_endpointThatLeavesBeforeItsAnswer_orWithinIt() throws Exception {
        StubBackend before = stub(connection -> {
            connection.readHead();
            connection.close();
        });
        connect(gateway(ServiceSpec.of("site", before.address()))).get("a", "/");
        assertThat(ended()).isEqualTo("endpoint.answer");

        StubBackend within = stub(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            connection.close();
        });
        connect(gateway(ServiceSpec.of("site", within.address()))).send(GET).readToEnd();
        ExchangeRecord record = records.next();

        assertThat(record.ending().token()).isEqualTo("endpoint.body");
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.isError()).isTrue();
    }

    @Test
    void S06_endpointThatSaysNothing_andADeadline() throws Exception {
        EchoBackend backend = opened(EchoBackend.start("B1"));
        ServiceSpec site = Setup.site(backend).withAttempts(1);
        var impatient = site.withTimeouts(site.timeouts().withResponse(BRIEF)); // begins once the request is sent
        backend.hold();
        connect(gateway(impatient)).get("a", "/");
        assertThat(ended()).isEqualTo("endpoint_timeout.answer");
        backend.release();

        // The deadline counts from the request on: with a connection that is there it is sent at once.
        ServiceSpec two = Setup.site(backend);
        RawClient client = connect(gateway(two.withRetry(two.retry().withDeadline(BRIEF))));
        Eventually.eventually(Setup.GENEROUS, () -> {
            client.get("a", "/");
            assertThat(ended()).isEqualTo("complete");
        });
        backend.hold();
        client.get("a", "/");
        assertThat(ended()).isEqualTo("proxy_timeout.answer");
        backend.release();
    }

    @Test
    void S06_clientThatLeaves_whileItsAnswerIsAwaited_orOnItsWay() throws Exception {
        EchoBackend backend = opened(EchoBackend.start("B1"));
        backend.hold();
        RawClient leaving = connect(gateway(Setup.site(backend)));
        leaving.send(GET);
        backend.awaitHeld(1);
        leaving.reset();
        assertThat(ended()).isEqualTo("client.answer");
        backend.release();

        StubBackend endless = stub(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            connection.readToEnd();
        });
        RawClient reading = connect(gateway(ServiceSpec.of("site", endless.address())));
        reading.send(GET).readHead();
        reading.reset();
        assertThat(ended()).isEqualTo("client.body");
    }

    @Test
    void S06_clientWhoseBodyDoesNotCome_isTooSlow() throws Exception {
        var impatient = Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withBody(Duration.ofMillis(50)));
        EchoBackend backend = opened(EchoBackend.start("B1"));
        connect(gateway(impatient, Setup.site(backend)))
                .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
                .read();
        ExchangeRecord record = records.next();

        assertThat(record.ending().by()).isEqualTo(Ending.By.CLIENT_TIMEOUT);
        assertThat(record.status()).isEqualTo(408);
    }

    @Test
    void S06_requestThatOutlivesTheDrain_isCutOffByTheProxy() throws Exception {
        var listener = Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withDrain(Duration.ofMillis(50)));
        EchoBackend backend = opened(EchoBackend.start("B1"));
        backend.hold();
        Gateway gateway = gateway(listener, Setup.site(backend));
        connect(gateway).send(GET);
        backend.awaitHeld(1);
        gateway.close(); // what became of it is told before this returns
        ExchangeRecord record = records.next();

        assertThat(record.ending().token()).isEqualTo("proxy.answer");
        assertThat(record.reason()).isEqualTo("cut_off");
        backend.release();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"nonsense | 400", "GET / HTTP/3.0 | 505", "CONNECT a:1 HTTP/1.1 | 405"})
    void S06_whatCannotBeRead_isToldWithoutAMethod(String line, int status) throws Exception {
        EchoBackend backend = opened(EchoBackend.start("B1"));
        connect(gateway(Setup.site(backend)))
                .send(line + "\r\nHost: a:1\r\n\r\n")
                .readToEnd();
        ExchangeRecord record = records.next();

        assertThat(record.status()).isEqualTo(status);
        assertThat(record.ending().token()).isEqualTo("proxy.request");
        assertThat(record.method() + record.path() + record.host()).isEmpty();
        assertThat(record.client()).isEqualTo("127.0.0.1");
    }

    // ---- what is passed on

    private Gateway passing(Protocol protocol, ServiceSpec service) {
        return opened(Setup.gateway()
                .listener(ListenerSpec.of("pass", "127.0.0.1:0").withProtocol(protocol))
                .service(service)
                .route(RouteSpec.of(
                        Match.ALL.withListeners(Set.of("pass")), service.name().value()))
                .observer(records)
                .start());
    }

    @Test
    void S06_tcpConnection_isToldWithItsBytes_oneThatIsSplicedToo() throws Exception {
        TcpBackend backend = opened(TcpBackend.echo());
        Gateway gateway = passing(Protocol.Tcp.defaults(), ServiceSpec.of("db", backend.address()));
        int bytes = 5 << 20; // more than what is passed on by the system alone begins with
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
            var writer = Concurrently.run(() -> {
                socket.getOutputStream().write(new byte[bytes]);
                socket.shutdownOutput();
            });
            assertThat(socket.getInputStream().readAllBytes()).hasSize(bytes);
            writer.join();
        }
        ExchangeRecord record = records.next();

        assertThat(record.protocol()).isEqualTo("tcp");
        assertThat(record.ending().token()).isEqualTo("complete");
        assertThat(record.service() + " " + record.endpoint()).isEqualTo("db " + backend.address());
        assertThat(record.receivedBytes()).isEqualTo(bytes);
        assertThat(record.sentBytes()).isEqualTo(bytes);
        assertThat(record.connect()).isPositive();
        assertThat(record.method() + record.path()).isEmpty();
    }

    @Test
    void S06_tcpConnectionThatFindsNoEndpoint_orIsBrokenOff() throws Exception {
        DeadAddress dead = opened(DeadAddress.refusing());
        connect(passing(Protocol.Tcp.defaults(), ServiceSpec.of("db", dead.address())))
                .readToEnd();
        assertThat(ended()).isEqualTo("endpoint.connect");

        StubBackend breaking = stub(connection -> {
            connection.read(1);
            connection.reset();
        });
        connect(passing(Protocol.Tcp.defaults(), ServiceSpec.of("db", breaking.address())))
                .send("x");
        ExchangeRecord record = records.next();

        assertThat(record.ending().token()).isEqualTo("endpoint.tunnel");
    }

    @Test
    void S06_flowOfDatagrams_isToldWithItsBytes() throws Exception {
        UdpBackend backend = opened(UdpBackend.answering(text -> text + "!"));
        Gateway gateway = passing(Protocol.Udp.defaults().withOneShot(true), ServiceSpec.of("dns", backend.address()));
        var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
        try (var socket = new DatagramSocket()) {
            socket.send(new DatagramPacket("hello".getBytes(US_ASCII), 5, to));
            ExchangeRecord record = records.next();

            assertThat(record.protocol()).isEqualTo("udp");
            assertThat(record.ending().token()).isEqualTo("complete");
            assertThat(record.receivedBytes()).isEqualTo(5);
            assertThat(record.sentBytes()).isEqualTo(6);
        }
    }

    private static Service service(Gateway gateway) {
        return gateway.penstock().table().services().get(0);
    }

    @Test
    void S06_flowThatNobodyAnswers_isComplete_ofADatagramThatIsToBeAnswered_isNot() throws Exception {
        var brief = Protocol.Udp.defaults().withIdle(Duration.ofMillis(50));
        try (var silent = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var socket = new DatagramSocket()) {
            ServiceSpec logs = ServiceSpec.of("logs", "127.0.0.1:" + silent.getLocalPort());
            for (boolean oneShot : List.of(false, true)) {
                Gateway gateway = passing(brief.withOneShot(oneShot), logs);
                var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
                socket.send(new DatagramPacket("hello".getBytes(US_ASCII), 5, to));

                assertThat(ended()).isEqualTo(oneShot ? "endpoint_timeout.tunnel" : "complete");
                Answers answers = service(gateway).answers();
                assertThat(answers.count(Outcome.CANCELLED)).isZero();
                assertThat(answers.count(Outcome.TIMED_OUT)).isEqualTo(oneShot ? 1 : 0);
                assertThat(answers.receivedBytes()).isEqualTo(5);
            }
        }
    }

    @Test
    void S06_tcpConnectionWhoseEndpointDoesNotTakeIt_isTooSlow_byTheConnectTimeOutOrTheDeadline() throws Exception {
        DeadAddress dead = opened(DeadAddress.unanswering());
        var spec = ServiceSpec.of("db", dead.address()).withAttempts(1);
        spec = spec.withTimeouts(spec.timeouts().withConnect(Duration.ofMillis(50)));
        connect(passing(Protocol.Tcp.defaults(), spec)).readToEnd();
        ExchangeRecord late = records.next();
        assertThat(late.ending().token()).isEqualTo("endpoint_timeout.connect");
        assertThat(late.reason()).isEqualTo("connection_timeout");

        connect(passing(Protocol.Tcp.defaults(), spec.withRetry(spec.retry().withDeadline(Duration.ofMillis(1)))))
                .readToEnd();
        ExchangeRecord over = records.next();
        assertThat(over.ending().token()).isEqualTo("proxy_timeout.connect");
        assertThat(over.reason()).isEqualTo("deadline");
    }

    @Test
    void S06_tcpConnectionThatIsNotMadeYet_isEndedByTheDrain_notByItsClient() throws Exception {
        DeadAddress dead = opened(DeadAddress.unanswering());
        Gateway gateway = passing(Protocol.Tcp.defaults(), ServiceSpec.of("db", dead.address()));
        connect(gateway);
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(service(gateway).snapshot().members())
                        .allMatch(member -> member.load().inFlight() == 1));
        gateway.close();
        ExchangeRecord record = records.next();

        assertThat(record.ending().token()).isEqualTo("proxy.connect");
        assertThat(record.reason()).isEqualTo("cut_off");
    }

    @Test
    void S06_answersOfMiddleware_areThoseOfTheService() throws Exception {
        EchoBackend backend = opened(EchoBackend.start("B1"));
        Gateway gateway = opened(Setup.gateway()
                .listener(Setup.LISTENER)
                .service(Setup.site(backend))
                .route(RouteSpec.of(Match.ALL, "site").withMiddleware(new Redirect("https", "", 0, "", 301)))
                .observer(records)
                .start());
        connect(gateway).get("a", "/");
        ExchangeRecord record = records.next();

        assertThat(record.service() + " " + record.status() + " "
                        + record.ending().token())
                .isEqualTo("site 301 proxy.request");
        assertThat(record.isError()).isFalse();
    }

    @Test
    void S06_wordsOfTheDocument_areThese() throws Exception {
        List<String> document = Files.readAllLines(Path.of("../docs/access-log.md"));

        assertThat(words(document, "| who | meaning |"))
                .isEqualTo(Arrays.stream(Ending.By.values())
                        .filter(by -> by != Ending.By.NOBODY)
                        .map(by -> by.name().toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(words(document, "| what | meaning |"))
                .isEqualTo(Arrays.stream(Ending.During.values())
                        .map(during -> during.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static List<String> words(List<String> document, String table) {
        return document.stream()
                .dropWhile(line -> !line.equals(table))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();
    }
}
