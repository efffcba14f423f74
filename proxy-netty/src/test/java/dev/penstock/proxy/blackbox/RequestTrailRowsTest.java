package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Forwarding;
import dev.penstock.proxy.Gateway;
import dev.penstock.resolve.AddressRange;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tells logs and endpoints where a request comes by: X-Request-Id, traceparent, Via, Forwarded. */
class RequestTrailRowsTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final Forwarding TRUSTING =
            Forwarding.defaults().withTrustedProxies(AddressRange.parse("127.0.0.0/8"));

    private final EchoBackend backend = EchoBackend.start("B1");
    private final Records records = new Records();

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private Gateway gateway(Forwarding forwarding) {
        return Setup.builder(Setup.LISTENER.withForwarding(forwarding), Setup.site(backend))
                .observer(records)
                .start();
    }

    private static RawResponse get(Gateway gateway, String... headers) throws Exception {
        try (var client = RawClient.connect(gateway.port())) {
            var fields = new StringBuilder();
            for (String header : headers) {
                fields.append(header).append("\r\n");
            }
            return client.exchange("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        }
    }

    @Test
    void requestId_ofAClient_isReplaced_andTheRecordHasTheNewOne() throws Exception {
        try (var gateway = gateway(Forwarding.defaults())) {
            var sent = get(gateway, "X-Request-Id: mine", "X_Request_Id: mine")
                    .echo()
                    .head();

            assertThat(sent.headers("X-Request-Id")).singleElement().asString().matches("[0-9a-f]{32}");
            assertThat(sent.headers("X_Request_Id")).isEmpty();
            assertThat(sent.headers("X-Request-Id"))
                    .containsExactly(records.next().requestId());
        }
    }

    @Test
    void requestId_isAnotherForEachRequest() throws Exception {
        try (var gateway = gateway(Forwarding.defaults())) {
            get(gateway);
            get(gateway);

            assertThat(records.next().requestId()).isNotEqualTo(records.next().requestId());
        }
    }

    @Test
    void requestId_ofATrustedProxy_isKept() throws Exception {
        try (var gateway = gateway(TRUSTING)) {
            assertThat(get(gateway, "X-Request-Id: edge-7/4711").echo().head().headers("X-Request-Id"))
                    .containsExactly("edge-7/4711");
            assertThat(records.next().requestId()).isEqualTo("edge-7/4711");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "a;b", "%n", "long"})
    void requestId_thatIsNone_isReplacedEvenFromATrustedProxy(String id) throws Exception {
        try (var gateway = gateway(TRUSTING)) {
            String given = id.equals("long") ? "a".repeat(129) : id;
            assertThat(get(gateway, "X-Request-Id: " + given).echo().head().headers("X-Request-Id"))
                    .singleElement()
                    .asString()
                    .matches("[0-9a-f]{32}");
        }
    }

    @Test
    void requestId_turnedOff_isNeitherMadeNorRecorded() throws Exception {
        try (var gateway = gateway(Forwarding.defaults().withHeaders(false, false, false))) {
            assertThat(get(gateway).echo().head().headers("X-Request-Id")).isEmpty();
            assertThat(records.next().requestId()).isEmpty();
        }
    }

    @Test
    void trace_reachesTheEndpointAsItCame_unlessItIsMalformed() throws Exception {
        try (var gateway = gateway(Forwarding.defaults())) {
            var good = get(gateway, "traceparent: " + TRACE, "tracestate: a=1,b=2")
                    .echo()
                    .head();
            var bad =
                    get(gateway, "traceparent: 00-x", "tracestate: a=1").echo().head();

            assertThat(good.headers("traceparent")).containsExactly(TRACE);
            assertThat(good.headers("tracestate")).containsExactly("a=1,b=2");
            assertThat(bad.headers("traceparent")).isEmpty();
            assertThat(bad.headers("tracestate")).isEmpty();
        }
    }

    @Test
    void via_byOption_isAddedToRequestAndAnswer() throws Exception {
        try (var gateway = gateway(Forwarding.defaults().withServerName("gate").withHeaders(false, true, true))) {
            var response = get(gateway, "Via: 1.0 first", "Connection: Via");

            assertThat(response.echo().head().headers("Via")).containsExactly("1.0 first, 1.1 gate");
            assertThat(response.headers("Via")).containsExactly("1.1 gate");
        }
    }

    @Test
    void via_byDefault_isNotAdded() throws Exception {
        try (var gateway = gateway(Forwarding.defaults())) {
            var response = get(gateway);

            assertThat(response.echo().head().headers("Via")).isEmpty();
            assertThat(response.headers("Via")).isEmpty();
        }
    }

    @Test
    void requestThatGoesRound_isRefused_notMultiplied() throws Exception {
        var listener = Setup.LISTENER.withForwarding(
                Forwarding.defaults().withServerName("gate").withHeaders(false, true, true));
        try (var site = ChangingSite.behind(listener)) {
            site.set(Setup.endpoint("itself", site.port()));

            var response = get(site.gateway());

            assertThat(response.status()).isEqualTo(502);
            assertThat(response.headers("Proxy-Status")).containsExactly("penstock; error=proxy_loop_detected");
        }
    }

    @Test
    void forwarded_byOption_saysTheSame_andIsReplacedFromAClient() throws Exception {
        try (var gateway = gateway(Forwarding.defaults().withHeaders(true, false, true))) {
            assertThat(get(gateway, "Forwarded: for=9.9.9.9").echo().head().headers("Forwarded"))
                    .containsExactly("for=127.0.0.1;host=\"a\";proto=http");
        }
    }
}
