package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.route.HostMatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RegisteredPortsTest {
    private final Map<String, String> values = new LinkedHashMap<>();

    private void put(String key, String value) {
        values.put("/services/" + key, value);
    }

    private CatalogReader.Found found() {
        var registered = new RegisteredPorts("test");
        registered.keys("/services/", values, (key, value) -> Endpoint.parse(value));
        return registered.found(new ServicePorts(""));
    }

    /** Each service port as {@code listener=service:addresses}. */
    private static List<String> ports(CatalogReader.Found found) {
        Map<String, ServiceSpec> services = new TreeMap<>();
        found.services().forEach(spec -> services.put(spec.name().value(), spec));
        return found.routes().stream()
                .map(spec -> String.join(",", spec.route().match().listeners()) + "="
                        + spec.route().service() + ":"
                        + services.get(spec.route().service().value()).endpoints().stream()
                                .map(Endpoint::address)
                                .toList())
                .toList();
    }

    @Test
    void E01_service_isAtThePortInside_withAllItsAddresses() {
        put("redis/h1:redis.0:6379", "10.0.0.1:10000");
        put("redis/h2:redis.0:6379", "10.0.0.2:10000");
        assertThat(ports(found())).containsExactly("6379/tcp=redis:6379:[10.0.0.1:10000, 10.0.0.2:10000]");
        assertThat(found().listeners()).singleElement().satisfies(spec -> {
            assertThat(spec.address()).isEqualTo("*:6379");
            assertThat(spec.protocol()).isEqualTo(Protocol.Tcp.defaults());
            assertThat(spec.provenance()).isEqualTo(new Provenance("test", "service \"redis\""));
        });
        assertThat(found().services()).extracting(ServiceSpec::balancer).containsExactly("least_requests");
        assertThat(found().skipped()).isEmpty();
    }

    @Test
    void E04_portInside_thatIsNotKnown_comesAfterThoseThatAre() {
        var registered = new RegisteredPorts("test");
        registered.tcp("a", "web@8000", 0, Endpoint.parse("10.0.0.1:1"));
        registered.tcp("b", "web@8000", 443, Endpoint.parse("10.0.0.1:2"));
        CatalogReader.Found found = registered.found(new ServicePorts(""));
        assertThat(ports(found)).containsExactly("8000/tcp=web:8000:[10.0.0.1:2]");
        assertThat(found.skipped())
                .containsExactly(
                        "service \"web@8000\": port inside 0 (expected: 443, since one port is of one service)");
    }

    @Test
    void E02_idOfUdp_isAPortOfUdp() {
        put("dns/h1:dns.0:53:udp", "10.0.0.1:10053");
        put("dns/h1:dns.0:53", "10.0.0.1:10054");
        assertThat(ports(found()))
                .containsExactly("53/tcp=dns:53:[10.0.0.1:10054]", "53/udp=dns:53/udp:[10.0.0.1:10053]");
        assertThat(found().listeners())
                .extracting(ListenerSpec::protocol)
                .containsExactlyInAnyOrder(Protocol.Tcp.defaults(), Protocol.Udp.defaults());
    }

    @Test
    void E03_twoServicesOfOnePort_areNotMixed_andTheFirstByNameHasIt() {
        put("shop/h1:shop.0:80", "10.0.0.2:2");
        put("blog/h1:blog.0:80", "10.0.0.1:1");
        put("web@8000/h1:web.0:80", "10.0.0.3:3");
        assertThat(ports(found())).containsExactly("80/tcp=blog:80:[10.0.0.1:1]", "8000/tcp=web:8000:[10.0.0.3:3]");
        assertThat(found().skipped())
                .containsExactly("service shop:80: port 80/tcp (expected: one that service blog:80 does not have)");
    }

    @Test
    void E04_portInTheName_isListenedOn_whateverThatInside() {
        put("web@8000/h1:web.0:80", "10.0.0.1:1");
        put("web@8000/h2:web.0:80", "10.0.0.2:1");
        put("web@8000/h2:web.0:443", "10.0.0.2:2");
        assertThat(ports(found())).containsExactly("8000/tcp=web:8000:[10.0.0.1:1, 10.0.0.2:1]");
        assertThat(found().skipped())
                .containsExactly(
                        "service \"web@8000\": port inside 443 (expected: 80, since one port is of one service)");
    }

    @Test
    void E04_serviceOfSeveralPorts_hasAServiceForEach() {
        put("web/h1:web.0:443", "10.0.0.1:2");
        put("web/h1:web.0:80", "10.0.0.1:1");
        put("web@8000/h2:web.0:80", "10.0.0.2:1");
        assertThat(ports(found()))
                .containsExactlyInAnyOrder(
                        "80/tcp=web:80:[10.0.0.1:1]", "443/tcp=web:443:[10.0.0.1:2]", "8000/tcp=web:8000:[10.0.0.2:1]");
        assertThat(found().skipped()).isEmpty();
    }

    @Test
    void V01_virtualHost_isTheNameOfTheService_andLeadsToTheLowestOfItsPorts() {
        put("web/h1:web.0:443", "10.0.0.1:2");
        put("web/h1:web.0:80", "10.0.0.1:1");
        put("shop@8000/h1:shop.0:80", "10.0.0.1:3");
        var registered = new RegisteredPorts("test");
        registered.keys("/services/", values, (key, value) -> Endpoint.parse(value));
        var ports = new ServicePorts("", new VirtualHosts("app.test", 8080));
        assertThat(registered.found(ports).routes())
                .filteredOn(spec -> spec.route().match().host() instanceof HostMatch.Exact)
                .extracting(spec ->
                        spec.route().match().host().text() + " " + spec.route().service())
                .containsExactlyInAnyOrder("web.app.test web:80", "shop.app.test shop:8000");
    }

    @Test
    void E05_badEntries_areLeftOutWithASentenceEach_andTheOthersWork() {
        put("web/h1:web.0:80", "[::1]:10080");
        put("web/custom", "10.0.0.1:1");
        put("web/h1:web.0:", "10.0.0.1:2");
        put("web/h1:web.0:99999", "10.0.0.1:3");
        put("web/h1:web.0:80:sctp", "10.0.0.1:4");
        put("web/h2:web.0:80", "no address");
        put("web/folder/h1:web.0:80", "10.0.0.1:5");
        put("web/folder/h2:web.0:80", "10.0.0.1:6");
        put("alone", "10.0.0.1:7");
        put("web@port/h1:web.0:80", "10.0.0.1:8");
        put("web@port/h2:web.0:80", "10.0.0.1:9");
        put("a b/h1:web.0:80", "10.0.0.1:10");
        put("web/h3:web.0:80", "[::1]:10080");
        values.put("/services/", "");
        values.put("/services/web/", "");
        assertThat(ports(found())).containsExactly("80/tcp=web:80:[[::1]:10080]");
        assertThat(found().skipped())
                .hasSize(10)
                .allMatch(sentence -> sentence.contains("(expected: "))
                .contains(
                        "key \"/services/alone\": in no service (expected: /services/<service>/<id>)",
                        "folder \"/services/web/folder\": in a service (expected: /services/<service>/<id>)",
                        "key \"/services/web/custom\": id: \"custom\" (expected: host:container:port or"
                                + " host:container:port:udp)",
                        "key \"/services/web/h1:web.0:\": port: \"\" (expected: 1..65535)",
                        "service \"web@port\": port: \"port\" (expected: 1..65535)",
                        "service \"web\": [::1]:10080: id \"[::1]:10080\" (expected: given once)");
    }

    @Test
    void E05_nameThatIsTooLong_isLeftOut() {
        put("n".repeat(246) + "/h1:web.0:80", "10.0.0.1:1");
        put("n".repeat(245) + "/h1:web.0:81", "10.0.0.1:2");
        assertThat(ports(found())).hasSize(1).first().asString().startsWith("81/tcp=nnn");
        assertThat(found().skipped()).singleElement().asString().contains("service name: ");
    }
}
