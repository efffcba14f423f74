package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.penstock.label.LabelReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What containers say, read from a made-up daemon. */
class ContainersTest {
    private final FakeDocker docker = new FakeDocker();

    @AfterEach
    void close() {
        docker.close();
    }

    private Watched open(String options) {
        return Watched.open("docker://" + docker.address() + (options.isEmpty() ? "" : "?" + options));
    }

    private static FakeContainer web(String name, String domain, int publicPort) {
        return FakeContainer.named(name).env("DOMAIN=" + domain).published(publicPort, 80);
    }

    @Test
    void D01_fiveContainersOfTheReadme_leadWhereTheySay() {
        docker.start(
                web("one", "www.example.com", 32_001),
                web("two", "www.example.com", 32_002),
                FakeContainer.named("solr").env("DOMAIN=www.foobar.com").published(32_003, 8983),
                FakeContainer.named("other").published(32_004, 80),
                FakeContainer.named("portless").env("DOMAIN=www.baz.com"));
        try (Watched watched = open("")) {
            watched.await("www.example.com 127.0.0.1:32001, 127.0.0.1:32002", "www.foobar.com 127.0.0.1:32003");
            assertThat(watched.routes())
                    .containsExactly(
                            "www.example.com -> www.example.com@docker", "www.foobar.com -> www.foobar.com@docker");
        }
    }

    @Test
    void D02_variable_isMatchedExactlyAndItsValueTakenWhole() {
        docker.start(
                FakeContainer.named("sub").env("SUBDOMAIN=x.test").published(32_001, 80),
                FakeContainer.named("foo").env("FOO=DOMAIN").published(32_002, 80),
                FakeContainer.named("my").env("MY_DOMAIN=x.test").published(32_003, 80),
                web("equals", "a=b.test", 32_004));
        try (Watched watched = open("")) {
            watched.await("a=b.test 127.0.0.1:32004");
        }
    }

    @Test
    void D03_variable_hasTheNameGiven() {
        docker.start(
                web("domain", "a.test", 32_001),
                FakeContainer.named("vhost").env("VHOST=b.test").published(32_002, 80));
        try (Watched watched = open("env=VHOST")) {
            watched.await("b.test 127.0.0.1:32002");
        }
    }

    @Test
    void D04_severalDomains_leadToTheSameContainer() {
        docker.start(web("both", ", a.test, b.test,,", 32_001));
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:32001", "b.test 127.0.0.1:32001");
        }
    }

    @Test
    void D05_ports_areComparedExactly() {
        FakeContainer others = FakeContainer.named("others")
                .env("DOMAIN=a.test")
                .published(32_001, 83)
                .published(32_002, 8)
                .published(32_003, 89)
                .published(32_004, 236)
                .published("127.0.0.1", 32_005, 80, "udp");
        docker.start(
                others,
                web("eighty", "b.test", 32_006),
                FakeContainer.named("nine").env("DOMAIN=c.test").published(32_007, 9000));
        try (Watched watched = open("")) {
            watched.await("b.test 127.0.0.1:32006");
        }
        try (Watched watched = open("ports=9000")) {
            watched.await("c.test 127.0.0.1:32007");
        }
    }

    @Test
    void D06_severalMatchingPorts_areSeveralEndpoints() {
        docker.start(web("both", "a.test", 32_001).published(32_002, 8080));
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32002");
        }
    }

    @Test
    void D07_exposedButUnpublished_contributesNothing() {
        docker.start(
                web("good", "a.test", 32_001),
                FakeContainer.named("bare").env("DOMAIN=a.test").exposed(80).network("bridge", "172.17.0.3"));
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:32001");
        }
    }

    @Test
    void D08_bindingsOfAllAddresses_areTheHostAddressAndCountOnce() {
        docker.start(
                FakeContainer.named("v4").env("DOMAIN=a.test").published("0.0.0.0", 32_001, 80, "tcp"),
                FakeContainer.named("v6").env("DOMAIN=a.test").published("::", 32_002, 80, "tcp"),
                FakeContainer.named("none").env("DOMAIN=a.test").published("", 32_003, 80, "tcp"),
                FakeContainer.named("specific").env("DOMAIN=a.test").published("10.1.2.3", 32_004, 80, "tcp"),
                FakeContainer.named("both")
                        .env("DOMAIN=a.test")
                        .published("::", 32_006, 80, "tcp")
                        .published("0.0.0.0", 32_005, 80, "tcp"));
        try (Watched watched = open("")) {
            watched.await("a.test 10.1.2.3:32004, 127.0.0.1:32001, 127.0.0.1:32002, 127.0.0.1:32003, 127.0.0.1:32005");
        }
    }

    @Test
    void D09_hostAddress_isAnOption() {
        docker.start(FakeContainer.named("v4").env("DOMAIN=a.test").published("0.0.0.0", 32_001, 80, "tcp"));
        try (Watched watched = open("hostAddress=172.17.42.1")) {
            watched.await("a.test 172.17.42.1:32001");
        }
    }

    @Test
    void D16_containersThatDoNotRunWell_areNoEndpoints() {
        docker.start(
                web("good", "a.test", 32_001).state("running", "Up 2 minutes (healthy)"),
                web("bad", "a.test", 32_002).state("running", "Up 2 minutes (unhealthy)"),
                web("new", "a.test", 32_003).state("running", "Up 2 seconds (health: starting)"),
                web("paused", "a.test", 32_004).state("paused", "Up 2 minutes (Paused)"),
                web("exited", "a.test", 32_005).state("exited", "Exited (0) 2 minutes ago"),
                web("created", "a.test", 32_006).state("created", "Created"),
                web("restarting", "a.test", 32_007).state("restarting", "Restarting (1) 2 seconds ago"));
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32003 STARTING");
        }
    }

    @Test
    void D16_onlyUnhealthyContainers_leaveTheRouteWithoutEndpoints() {
        docker.start(web("bad", "a.test", 32_002).state("running", "Up 2 minutes (unhealthy)"));
        try (Watched watched = open("")) {
            watched.await("a.test");
            assertThat(watched.routes()).containsExactly("a.test -> a.test@docker");
        }
    }

    @Test
    void D17_classicSwarm_bindingsHaveTheAddressesOfNodes() {
        docker.start(
                FakeContainer.named("one")
                        .listedAs("/node-1/one")
                        .env("DOMAIN=a.test")
                        .published("10.0.0.1", 32_001, 80, "tcp"),
                FakeContainer.named("two")
                        .listedAs("/node-2/two", "/node-2/link/alias")
                        .env("DOMAIN=a.test")
                        .published("10.0.0.2", 32_001, 80, "tcp"));
        try (Watched watched = open("")) {
            watched.await("a.test 10.0.0.1:32001, 10.0.0.2:32001");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.docker.compose.", "io.docker.compose."})
    void D19_composeLabels_areADomainWhereAskedFor(String prefix) {
        docker.start(
                FakeContainer.named("whole")
                        .label(prefix + "service", "web")
                        .label(prefix + "project", "shop")
                        .published(32_001, 80),
                FakeContainer.named("half").label(prefix + "service", "db").published(32_002, 80));
        try (Watched watched = open("compose=true")) {
            watched.await("web.shop 127.0.0.1:32001");
            assertThat(watched.routes()).containsExactly("web.shop -> web.shop@docker");
        }
        try (Watched watched = open("")) {
            eventually(Watched.SOON, () -> assertThat(watched.state()).isNotNull());
            assertThat(watched.routes()).isEmpty();
        }
    }

    @Test
    void ownLabels_leadToTheContainersAddress() {
        docker.start(
                FakeContainer.named("shop-1")
                        .labels(Map.of(
                                "penstock.host", "shop.test", "penstock.service", "shop", "penstock.weight", "3"))
                        .network("back", "172.20.0.2")
                        .exposed(9000),
                FakeContainer.named("shop-2")
                        .labels(Map.of("penstock.host", "shop.test", "penstock.service", "shop", "penstock.port", "80"))
                        .network("back", "172.20.0.3")
                        .exposed(80)
                        .exposed(443));
        try (Watched watched = open("")) {
            watched.await("shop 172.20.0.2:9000, 172.20.0.3:80");
            assertThat(watched.routes()).containsExactly("shop.test -> shop@docker");
            assertThat(watched.service("shop@docker").balancer()).isEqualTo("weighted_round_robin");
        }
    }

    @Test
    void traefikLabels_ofAComposeProject_areReadUnchanged() {
        for (int i = 1; i <= 2; i++) {
            docker.start(FakeContainer.named("shop-web-" + i)
                    .label("com.docker.compose.service", "web")
                    .label("com.docker.compose.project", "shop")
                    .label("traefik.enable", "true")
                    .label("traefik.http.routers.web.rule", "Host(`a.test`) || Host(`b.test`)")
                    .label("traefik.docker.network", "front")
                    .network("back", "172.20.0." + i)
                    .network("front", "172.21.0." + i)
                    .exposed(8080));
        }
        try (Watched watched = open("")) {
            watched.await("web-shop 172.21.0.1:8080, 172.21.0.2:8080");
            assertThat(watched.routes()).containsExactly("a.test -> web-shop@docker", "b.test -> web-shop@docker");
        }
    }

    @Test
    void publishedAddresses_areAnOptionForLabelsToo() {
        docker.start(FakeContainer.named("web")
                .label("penstock.host", "a.test")
                .network("bridge", "172.17.0.2")
                .published("0.0.0.0", 32_001, 8080, "tcp"));
        try (Watched watched = open("address=published")) {
            watched.await("web 127.0.0.1:32001");
        }
        try (Watched watched = open("")) {
            watched.await("web 172.17.0.2:8080");
        }
    }

    @Test
    void containerAddresses_areAnOptionForDomainsToo() {
        docker.start(FakeContainer.named("web")
                .env("DOMAIN=a.test")
                .network("bridge", "172.17.0.2")
                .exposed(80)
                .exposed(9999));
        try (Watched watched = open("address=container")) {
            watched.await("a.test 172.17.0.2:80");
        }
    }

    @Test
    void network_isChosenByLabelThenOptionThenByWhatIsShared() {
        FakeContainer labelled = FakeContainer.named("labelled")
                .label("penstock.host", "a.test")
                .label("penstock.network", "b")
                .network("a", "10.0.1.1")
                .network("b", "10.0.2.1")
                .network("c", "10.0.3.1")
                .exposed(80);
        FakeContainer plain = FakeContainer.named("plain")
                .label("penstock.host", "b.test")
                .network("a", "10.0.1.2")
                .network("b", "10.0.2.2")
                .network("c", "10.0.3.2")
                .exposed(80);
        FakeContainer self = FakeContainer.named("self").network("c", "10.0.3.9");
        docker.start(labelled, plain, self);
        try (Watched watched = open("network=c")) {
            watched.await("labelled 10.0.2.1:80", "plain 10.0.3.2:80");
        }
        var inside = new Environment(Map.of("HOSTNAME", self.id.substring(0, 12)), Watched.NOWHERE.home());
        try (Watched watched = Watched.open(inside, "docker://" + docker.address())) {
            watched.await("labelled 10.0.2.1:80", "plain 10.0.3.2:80");
        }
        try (Watched watched = open("")) {
            watched.await("labelled 10.0.2.1:80", "plain 10.0.1.2:80");
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().skipped())
                            .containsExactly("container plain: network: a taken of a, b, c (expected: a label that says"
                                    + " it, as penstock.network)"));
        }
    }

    @Test
    void otherNetworks_hostAndSharedOnes_areFollowed() {
        FakeContainer owner =
                FakeContainer.named("owner").network("back", "10.0.1.1").exposed(80);
        docker.start(
                owner,
                FakeContainer.named("guest")
                        .label("penstock.host", "a.test")
                        .label("penstock.port", "8080")
                        .networkMode("container:" + owner.id),
                FakeContainer.named("host")
                        .label("penstock.host", "b.test")
                        .label("penstock.port", "9090")
                        .network("host", "")
                        .networkMode("host"));
        try (Watched watched = open("")) {
            watched.await("guest 10.0.1.1:8080", "host 127.0.0.1:9090");
        }
    }

    @Test
    void badEntries_areReportedByContainerAndTheOthersWork() {
        docker.start(
                web("good", "a.test", 32_001),
                FakeContainer.named("ports").env("DOMAIN=b.test").raw("Ports", new TextNode("none")),
                web("domain", "b test", 32_002),
                FakeContainer.named("rule")
                        .label("traefik.http.routers.r.rule", "Hots(`a.test`)")
                        .network("back", "10.0.0.1")
                        .exposed(80),
                FakeContainer.named("portless").label("penstock.host", "c.test").network("back", "10.0.0.2"));
        try (Watched watched = open("")) {
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.endpoints().get("a.test@docker")).containsExactly("127.0.0.1:32001"));
            List<String> skipped = watched.catalog().report().skipped();
            assertThat(skipped).hasSize(4);
            assertThat(skipped)
                    .anyMatch(line -> line.startsWith("container ports: Ports: \"none\" (expected: a list)"));
            assertThat(skipped)
                    .anyMatch(line -> line.startsWith("container domain: DOMAIN: host: \"b test\" (expected: "));
            assertThat(skipped).anyMatch(line -> line.startsWith("container rule: traefik.http.routers.r.rule: "));
            assertThat(skipped)
                    .anyMatch(line -> line.startsWith("container portless: port: none is exposed (expected: "));
        }
    }

    @Test
    void badWeightsPortsAndNames_areLoggedCountedAndShownOnce() {
        docker.start(
                web("good", "a.test", 32_001),
                FakeContainer.named("weight")
                        .labels(Map.of("penstock.host", "b.test", "penstock.weight", "heavy"))
                        .network("back", "10.0.0.1")
                        .exposed(80),
                FakeContainer.named("port")
                        .labels(Map.of("penstock.host", "c.test", "penstock.port", "99999"))
                        .network("back", "10.0.0.2"),
                FakeContainer.named("wide").raw("Ports", new TextNode("x".repeat(500))),
                FakeContainer.named("n\u00efme \n\u202e").env("DOMAIN=d..test").published(32_002, 80),
                FakeContainer.named("idless").raw("Id", new TextNode("../../secrets")));
        var log = (Logger) LoggerFactory.getLogger("dev.penstock.discovery.SkippedEntries");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        try (Watched watched = open("poll=300ms")) {
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.endpoints().get("a.test@docker")).containsExactly("127.0.0.1:32001"));
            List<String> skipped = watched.catalog().report().skipped();
            for (String start : List.of(
                    "container weight: penstock.weight: \"heavy\" (expected: ",
                    "container port: penstock.port: \"99999\" (expected: ",
                    "container wide: Ports: \"xxx",
                    "container idless: Id: \"../../secrets\" (expected: letters and digits)")) {
                assertThat(skipped).anyMatch(line -> line.startsWith(start));
                eventually(
                        Watched.SOON,
                        () -> assertThat(List.copyOf(lines.list))
                                .filteredOn(line -> line.getFormattedMessage().contains(docker.address()))
                                .filteredOn(line -> line.getFormattedMessage().contains("skipped: " + start))
                                .hasSize(1));
            }
            assertThat(skipped)
                    .allMatch(line -> line.length() < 400 && line.chars().noneMatch(c -> c < ' '));
            eventually(Watched.SOON, () -> assertThat(watched.skippedSoFar()).isGreaterThan(4));
        } finally {
            log.detachAppender(lines);
        }
    }

    @Test
    void labels_farTooMany_areCutAndReported() {
        FakeContainer container = web("many", "a.test", 32_001);
        for (int i = 0; i < LabelReader.MAX_LABELS + 5; i++) {
            container.label("penstock.routes.r" + i + ".host", "h" + i + ".test");
        }
        docker.start(container);
        try (Watched watched = open("")) {
            eventually(Watched.SOON, () -> assertThat(watched.routes()).contains("a.test -> a.test@docker"));
            assertThat(watched.catalog().report().skipped()).anyMatch(line -> line.contains("5 more were not read"));
        }
    }
}
