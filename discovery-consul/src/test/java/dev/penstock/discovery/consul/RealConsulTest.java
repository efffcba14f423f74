package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.testkit.OpenedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The real agent: what is registered is found, and follows. */
@Timeout(120)
@ExtendWith(SharedConsul.class)
class RealConsulTest {
    private final ConsulServer consul;

    RealConsulTest(ConsulServer consul) {
        this.consul = consul;
    }

    private OpenedSource open(String rest) {
        return Opened.of("consul://" + consul.address() + rest);
    }

    @Test
    void K02_registrationAndDeregistration_areFollowed() {
        try (var opened = open("/orders")) {
            opened.await(ServiceState.Absent.class);
            consul.register("orders", "a", "127.0.0.1", 8001);
            opened.awaitReady("127.0.0.1:8001");
            consul.register("orders", "b", "127.0.0.1", 8002);
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            assertThat(opened.endpoints().get(0).metadata())
                    .containsEntry("version", "7")
                    .containsEntry("consul.node", "test")
                    .containsEntry("consul.id", "a");
            consul.deregister("a");
            opened.awaitReady("127.0.0.1:8002");
            consul.deregister("b");
            opened.await(ServiceState.Absent.class);
        }
    }

    @Test
    void K03_criticalCheck_leavesAndComesBack() {
        consul.register("orders", "a", "127.0.0.1", 8001);
        consul.register("orders", "b", "127.0.0.1", 8002);
        try (var healthy = open("/orders");
                var warning = open("/orders?warning")) {
            healthy.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            consul.fail("a");
            healthy.awaitReady("127.0.0.1:8002");
            warning.awaitReady("127.0.0.1:8002");
            consul.pass("a");
            healthy.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            consul.warn("a");
            healthy.awaitReady("127.0.0.1:8002");
            warning.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
        }
    }

    @Test
    void K03_maintenance_drains() {
        consul.register("orders", "a", "127.0.0.1", 8001);
        consul.register("orders", "b", "127.0.0.1", 8002);
        try (var opened = open("/orders")) {
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            consul.client().agentServiceSetMaintenance("a", true);
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints())
                            .extracting(Endpoint::phase)
                            .containsExactly(Phase.DRAINING, Phase.ACTIVE));
            consul.client().agentServiceSetMaintenance("a", false);
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints())
                            .extracting(Endpoint::phase)
                            .containsExactly(Phase.ACTIVE, Phase.ACTIVE));
            consul.client().agentServiceSetMaintenance("a", true);
            consul.deregister("a");
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    @Test
    void K04_withoutServiceAddress_theNodesIsTaken() {
        consul.put("/v1/agent/service/register", "{\"Name\":\"orders\",\"ID\":\"a\",\"Port\":8001}");
        try (var opened = open("/orders")) {
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    @Test
    void K08_outage_keepsTheListAndFollowsAfterwards() {
        consul.register("orders", "a", "127.0.0.1", 8001);
        try (var opened = open("/orders")) {
            opened.awaitReady("127.0.0.1:8001");
            consul.stop();
            opened.await(ServiceState.Stale.class);
            assertThat(opened.endpoints()).hasSize(1);
            consul.start();
            consul.pass("a"); // the agent forgets the state of checks that it was only told of
            consul.register("orders", "b", "127.0.0.1", 8002);
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
        }
    }

    @Test
    void K10_tags_areAllRequired() {
        consul.register("orders", "a", "127.0.0.1", 8001, "v1", "blue");
        consul.register("orders", "b", "127.0.0.1", 8002, "v2", "blue");
        try (var opened = open("/orders?tag=v2&tag=blue&dc=dc1&stale")) {
            opened.awaitReady("127.0.0.1:8002");
        }
        for (String options : new String[] {"?tag=v1&consistent", "?tag=v1&near=_agent", "?tag=v1&stale&wait=1s"}) {
            try (var opened = open("/orders" + options)) {
                opened.awaitReady("127.0.0.1:8001");
            }
        }
        try (var opened = open("/orders?dc=nowhere")) {
            opened.await(ServiceState.Failed.class);
            assertThat(((ServiceState.Failed) opened.current()).problem()).contains("No path to datacenter");
        }
    }

    @Test
    void K11_weights_areTaken() {
        consul.put("/v1/agent/service/register", """
                {"Name":"orders","ID":"a","Address":"127.0.0.1","Port":8001,"Weights":{"Passing":7,"Warning":2},
                 "Check":{"TTL":"1h","Status":"passing"}}""");
        try (var opened = open("/orders?warning")) {
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints())
                            .extracting(Endpoint::weight)
                            .containsExactly(7));
            consul.warn("a");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints())
                            .extracting(Endpoint::weight)
                            .containsExactly(2));
        }
    }

    @Test
    void K13_registratorsServices_areServedUnchanged() {
        consul.put("/v1/agent/service/register", """
                {"Name":"webserver-80","ID":"host1:web_1:80","Address":"127.0.0.1","Port":32768,"Tags":[]}""");
        try (var opened = open("/webserver-80")) {
            opened.awaitReady("127.0.0.1:32768");
            assertThat(opened.endpoints().get(0).metadata()).containsEntry("consul.id", "host1:web_1:80");
        }
    }

    @Test
    void K10_preparedQuery_isExecutedNowAndThen() {
        consul.register("orders", "a", "127.0.0.1", 8001, "v2");
        consul.send(
                "POST", "/v1/query", "{\"Name\":\"newest\",\"Service\":{\"Service\":\"orders\",\"Tags\":[\"v2\"]}}");
        try (var opened = open("/newest?prepared&every=200ms")) {
            opened.awaitReady("127.0.0.1:8001");
            consul.register("orders", "b", "127.0.0.1", 8002, "v2");
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
        }
    }

    @Test
    void E07_keysOfRegistrator_areEndpoints() {
        consul.client().setKVValue("services/web/host1:web_1:80", "127.0.0.1:8001");
        consul.client().setKVValue("services/web/host1:web_2:80", "[::1]:8002");
        consul.client().setKVValue("services/webshop/host1:shop:80", "127.0.0.1:9999");
        consul.client().setKVValue("services/web/broken", "no address");
        try (var opened = Opened.of("consulkv://" + consul.address() + "/services/web")) {
            opened.awaitReady("127.0.0.1:8001", "[::1]:8002");
            assertThat(opened.watch().skipped()).singleElement().asString().contains("services/web/broken");
            consul.client().deleteKVValue("services/web/host1:web_1:80");
            opened.awaitReady("[::1]:8002");
            consul.client().deleteKVValues("services/web/");
            opened.await(ServiceState.Absent.class);
        }
    }

    @Test
    void K10_tokenWithAccessControl_opensAndAWrongOneIsSaid(@TempDir Path other) throws IOException {
        String token = "00000000-0000-4000-8000-00000000c0de";
        try (var guarded = ConsulServer.start(other, Map.of("CONSUL_ACL_TOKEN", token))) {
            String uri = "consul://" + guarded.address() + "/consul";
            try (var opened =
                            Opened.of(uri, Map.of("CONSUL_HTTP_TOKEN", token, "CONSUL_HTTP_ADDR", guarded.address()));
                    var elsewhere = Opened.of(uri, Map.of("CONSUL_HTTP_TOKEN", token));
                    var file =
                            Opened.of(uri + "?tokenFile=" + Files.writeString(other.resolve("token"), token + "\n"));
                    var wrong = Opened.of(uri + "?tokenEnv=WRONG", Map.of("WRONG", "wrong"));
                    var none = Opened.of(uri)) {
                opened.awaitReady("127.0.0.1:" + serverPort(other));
                file.awaitReady("127.0.0.1:" + serverPort(other));
                wrong.await(ServiceState.Failed.class);
                assertThat(((ServiceState.Failed) wrong.current()).problem())
                        .contains("403")
                        .doesNotContain("wrong");
                elsewhere.await(ServiceState.Absent.class);
                none.await(ServiceState.Absent.class); // Consul 1.8 says nothing of what it filters
            }
        }
    }

    private static String serverPort(Path folder) throws IOException {
        return Files.readString(folder.resolve("ports")).split(" ", -1)[0];
    }
}
