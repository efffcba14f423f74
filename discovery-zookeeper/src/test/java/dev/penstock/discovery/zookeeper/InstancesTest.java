package dev.penstock.discovery.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.Zone;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstancesTest {
    // as Curator 5 writes an instance with a port of each kind
    private static final String CURATOR = """
            {"name":"web","id":"3f5a","address":"10.0.0.1","port":8001,"sslPort":8443,"payload":null,
             "registrationTimeUTC":1700000000000,"serviceType":"DYNAMIC","uriSpec":null,"enabled":true}""";

    // as Spring Cloud writes one, with what it knows of it
    private static final String SPRING = """
            {"name":"web","id":"77","address":"10.0.0.2","port":8002,"sslPort":null,
             "payload":{"@class":"org.springframework.cloud.zookeeper.discovery.ZookeeperInstance","id":"web:8002",
             "name":"web","metadata":{"zone":"a","weight":"7","version":"2"}},
             "registrationTimeUTC":1700000000000,"serviceType":"DYNAMIC","enabled":true}""";

    private static final String REGISTRATOR = """
            {"Name":"web","IP":"10.0.0.3","PublicPort":32768,"PrivatePort":80,"ContainerID":"h1","Tags":["a","b"],
             "Attrs":{"version":"3"}}""";

    private static Endpoint read(String value) {
        return new Instances(false).endpoint("/services/web/x", value.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void curator_instance_isAnEndpoint() {
        Endpoint endpoint = read(CURATOR);
        assertThat(endpoint.address()).isEqualTo("10.0.0.1:8001");
        assertThat(endpoint.id()).isEqualTo("10.0.0.1:8001");
        assertThat(endpoint.phase()).isEqualTo(Phase.ACTIVE);
        assertThat(endpoint.weight()).isEqualTo(1);
        assertThat(endpoint.metadata()).isEqualTo(Map.of("zookeeper.node", "/services/web/x", "zookeeper.id", "3f5a"));
    }

    @Test
    void curator_instanceThatIsNotEnabled_drains() {
        assertThat(read(CURATOR.replace("\"enabled\":true", "\"enabled\":false"))
                        .phase())
                .isEqualTo(Phase.DRAINING);
    }

    @Test
    void curator_portOfTls_isTakenWhereItIsAskedFor() {
        Endpoint endpoint = new Instances(true).endpoint("/a", CURATOR.getBytes(StandardCharsets.UTF_8));
        assertThat(endpoint.address()).isEqualTo("10.0.0.1:8443");
        assertThatThrownBy(() -> new Instances(true).endpoint("/a", SPRING.getBytes(StandardCharsets.UTF_8)))
                .hasMessage("sslPort: null (expected: 1..65535)");
    }

    @Test
    void curator_payload_givesWeightZoneAndMetadata() {
        Endpoint endpoint = read(SPRING);
        assertThat(endpoint.weight()).isEqualTo(7);
        assertThat(endpoint.zone()).isEqualTo(new Zone("a"));
        assertThat(endpoint.metadata()).containsEntry("version", "2").containsEntry("zookeeper.id", "77");
    }

    @Test
    void registrator_node_isAnEndpoint() {
        Endpoint endpoint = read(REGISTRATOR);
        assertThat(endpoint.address()).isEqualTo("10.0.0.3:32768");
        assertThat(endpoint.metadata())
                .isEqualTo(Map.of(
                        "version",
                        "3",
                        "zookeeper.tags",
                        "a,b",
                        "zookeeper.privatePort",
                        "80",
                        "zookeeper.node",
                        "/services/web/x"));
    }

    @Test
    void address_ofIpv6_works() {
        assertThat(read(REGISTRATOR.replace("10.0.0.3", "::1")).address()).isEqualTo("[::1]:32768");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | empty (expected: object)",
                "[1] | a JSON ARRAY (expected: object)",
                "no JSON | no JSON: ",
                "{\"a\":1} trailing | no JSON: ",
                "{\"name\":\"web\"} | neither \"address\" nor \"IP\"",
                "{\"address\":null,\"port\":80} | address: null (expected: a host)",
                "{\"address\":\"10.0.0.1\"} | port: none (expected: 1..65535)",
                "{\"address\":\"10.0.0.1\",\"port\":\"80\"} | port: \"80\" (expected: 1..65535)",
                "{\"address\":\"10.0.0.1\",\"port\":70000} | port: 70000 (expected: 1..65535)",
                "{\"IP\":\"\",\"PublicPort\":80} | address: \"\" (expected: a host)",
                "{\"IP\":\"10.0.0.1\",\"PublicPort\":0} | port: 0 (expected: 1..65535)",
                "{\"IP\":\"10.0.0.1\",\"PublicPort\":1,\"Attrs\":{\"weight\":\"x\"}} | weight: \"x\" (expected: 0..",
            })
    void value_withoutSense_isRefused(String value, String why) {
        assertThatThrownBy(() -> read(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
