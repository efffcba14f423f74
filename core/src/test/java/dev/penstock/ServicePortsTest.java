package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServicePort;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.VirtualHosts;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.UriOptions;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.service.HandTime;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServicePortsTest {
    private final HandTime time = new HandTime();
    private final DiscoveryContext context = new DiscoveryContext(time, time, new Seeded(1));
    private final ManualCatalog first = new ManualCatalog("first", context);
    private final ManualCatalog second = new ManualCatalog("second", context);
    private final List<Penstock> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Penstock::close);
    }

    private PenstockBuilder builder() {
        return Penstock.builder().ticker(time).scheduler(time).randomness(new Seeded(2));
    }

    private Penstock build(PenstockBuilder builder) {
        Penstock penstock = builder.build();
        open.add(penstock);
        return penstock;
    }

    private Penstock followingBoth(PenstockBuilder builder) {
        return build(
                builder.catalog("first", first, CatalogLimits.none()).catalog("second", second, CatalogLimits.none()));
    }

    private static ServicePort tcp(int port, String service) {
        return new ServicePort(port, Protocol.Tcp.defaults(), ServiceSpec.of(service, "127.0.0.1:" + port));
    }

    private static ServicePort udp(int port, String service) {
        return new ServicePort(port, Protocol.Udp.defaults(), ServiceSpec.of(service, "127.0.0.1:" + port));
    }

    private static CatalogReader.Found ports(ServicePort... ports) {
        return new ServicePorts("").found(List.of(ports), List.of());
    }

    private static CatalogReader.Found vhosts(String domain, int port, ServicePort... ports) {
        return new ServicePorts("", new VirtualHosts(domain, port)).found(List.of(ports), List.of());
    }

    private static List<String> listeners(Penstock penstock) {
        return penstock.table().listeners().stream()
                .map(spec -> spec.name() + " of " + spec.provenance().source())
                .toList();
    }

    private static String to(Penstock penstock, String listener) {
        return penstock.explain(connection(listener)).service();
    }

    private static Request connection(String listener) {
        return PlainRequest.connection(listener, "");
    }

    private static String host(Penstock penstock, String host, String path) {
        return penstock.explain(PlainRequest.get("http://" + host + path).withListener("80/vhosts"))
                .service();
    }

    private static List<String> rejected(Penstock penstock, int catalog) {
        return penstock.catalogs().get(catalog).rejected();
    }

    @Test
    void T07_servicePorts_areListenersWithRoutesOfTheirOwn_andGoWithTheirServices() {
        Penstock penstock = followingBoth(builder());
        first.set(ports(tcp(6379, "redis"), udp(53, "dns"), tcp(53, "dns-tcp")));

        assertThat(listeners(penstock)).containsExactly("53/udp of first", "53/tcp of first", "6379/tcp of first");
        assertThat(penstock.table().listeners()).allMatch(penstock.table()::isDiscovered);
        assertThat(to(penstock, "6379/tcp")).isEqualTo("redis");
        assertThat(to(penstock, "53/udp")).isEqualTo("dns");
        assertThat(to(penstock, "53/tcp")).isEqualTo("dns-tcp");

        first.set(ports(tcp(6379, "redis")));
        assertThat(listeners(penstock)).containsExactly("6379/tcp of first");
    }

    @Test
    void E08_portOfTwoCatalogs_isThatOfTheFirstWhole_andOfTheOtherOnceThatGoes() {
        Penstock penstock = followingBoth(builder());
        second.set(ports(tcp(6379, "cache"), tcp(7000, "other")));
        assertThat(to(penstock, "6379/tcp")).isEqualTo("cache");

        first.set(ports(tcp(6379, "redis")));
        assertThat(to(penstock, "6379/tcp")).isEqualTo("redis");
        assertThat(listeners(penstock)).containsExactly("6379/tcp of first", "7000/tcp of second");
        assertThat(rejected(penstock, 1))
                .containsExactly(
                        "listener 6379/tcp: \"*:6379\" (expected: an address that is free; it is that of listener"
                                + " \"6379/tcp\" of first)",
                        "route cache: left out with its listener \"6379/tcp\"",
                        "service cache: left out, since no route leads to it");
        assertThat(penstock.table().services())
                .extracting(service -> service.spec().name().value())
                .containsExactlyInAnyOrder("redis", "other");

        first.set(ports());
        assertThat(to(penstock, "6379/tcp")).isEqualTo("cache");
        assertThat(listeners(penstock)).containsExactly("6379/tcp of second", "7000/tcp of second");
        assertThat(rejected(penstock, 1)).isEmpty();
    }

    @Test
    void E08_serviceOfTwoCatalogsAtTwoAddresses_isThatOfTheFirst_andOfTheOtherOnceThatGoes() {
        Penstock penstock = followingBoth(builder());
        second.set(at("127.0.0.2", tcp(8000, "web:8000"), tcp(7000, "other:7000")));
        assertThat(to(penstock, "127.0.0.2:8000/tcp")).isEqualTo("web:8000");

        first.set(at("127.0.0.1", tcp(8000, "web:8000")));
        assertThat(to(penstock, "127.0.0.1:8000/tcp")).isEqualTo("web:8000");
        assertThat(listeners(penstock)).containsExactly("127.0.0.1:8000/tcp of first", "127.0.0.2:7000/tcp of second");
        assertThat(rejected(penstock, 0)).isEmpty();
        assertThat(rejected(penstock, 1))
                .containsExactly(
                        "service web:8000: the name is taken (expected: one that first does not define)",
                        "route web:8000: left out with its service \"web:8000\"",
                        "listener 127.0.0.2:8000/tcp: left out, since no route leads from it");

        first.set(at("127.0.0.1"));
        assertThat(to(penstock, "127.0.0.2:8000/tcp")).isEqualTo("web:8000");
        assertThat(rejected(penstock, 1)).isEmpty();
    }

    private static CatalogReader.Found at(String host, ServicePort... ports) {
        return new ServicePorts(host).found(List.of(ports), List.of());
    }

    @Test
    void E08_portOfAnotherKind_isThatOfTheFirstWhole() {
        Penstock penstock = followingBoth(builder());
        var http = new ServicePort(6379, Protocol.HTTP, ServiceSpec.of("cache", "127.0.0.1:1"));
        second.set(ports(http));
        first.set(ports(tcp(6379, "redis")));

        assertThat(to(penstock, "6379/tcp")).isEqualTo("redis");
        assertThat(rejected(penstock, 1))
                .containsExactly(
                        "listener 6379/tcp: \"*:6379\" (expected: an address that is free; it is that of listener"
                                + " \"6379/tcp\" of first)",
                        "route cache: left out with its listener \"6379/tcp\"",
                        "service cache: left out, since no route leads to it");
    }

    @Test
    void C10_portOfAFile_isItsOwn_untilTheFileGivesItUp() {
        Penstock penstock = followingBoth(builder());
        var listener = ListenerSpec.of("own", "127.0.0.1:6379").withProtocol(Protocol.Tcp.defaults());
        first.set(ports(tcp(6379, "redis"), udp(6379, "datagrams")));
        penstock.apply(new CatalogState(
                "file",
                List.of(listener),
                List.of(RouteSpec.of(Match.ALL.withListeners(Set.of("own")), "mine")),
                List.of(ServiceSpec.of("mine"))));

        assertThat(listeners(penstock)).containsExactly("own of code", "6379/udp of first");
        assertThat(penstock.table().isDiscovered(listener)).isFalse();
        assertThat(to(penstock, "6379/tcp")).isEmpty();
        assertThat(rejected(penstock, 0))
                .containsExactly(
                        "listener 6379/tcp: \"*:6379\" (expected: an address that is free; it is that of listener"
                                + " \"own\" of code)",
                        "route redis: left out with its listener \"6379/tcp\"",
                        "service redis: left out, since no route leads to it");

        penstock.apply(new CatalogState("file", List.of(), List.of(), List.of()));
        assertThat(to(penstock, "6379/tcp")).isEqualTo("redis");
        assertThat(rejected(penstock, 0)).isEmpty();
    }

    @Test
    void portWhoseServiceIsLost_isFreeForTheNext() {
        Penstock penstock = followingBoth(builder().service(ServiceSpec.of("redis")));
        first.set(ports(tcp(6379, "redis")));
        second.set(ports(tcp(6379, "cache")));

        assertThat(to(penstock, "6379/tcp")).isEqualTo("cache");
        assertThat(rejected(penstock, 0))
                .containsExactly(
                        "service redis: the name is taken (expected: one that code does not define)",
                        "route redis: left out with its service \"redis\"",
                        "listener 6379/tcp: left out, since no route leads from it");
    }

    @Test
    void allowPorts_holdsForListenersOfACatalog_andHostsDoNotForThoseOfItsOwn() {
        CatalogLimits limits = CatalogLimits.allowPorts("53", "1024-65535").withAllowHosts(List.of());
        Penstock penstock = build(builder().catalog("first", first, limits));
        first.set(ports(tcp(22, "ssh"), tcp(53, "dns"), tcp(1024, "app")));

        assertThat(listeners(penstock)).containsExactly("1024/tcp of first", "53/tcp of first");
        assertThat(rejected(penstock, 0))
                .containsExactly(
                        "listener 22/tcp: port 22 (expected: within allowPorts, 53, 1024-65535)",
                        "route ssh: left out with its listener \"22/tcp\"");
        assertThat(CatalogLimits.none().withAllowPorts(List.of()).allow(80)).isFalse();
        assertThat(CatalogLimits.none().allow(65_535)).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CatalogLimits.allowPorts("1-x"))
                .withMessage("ports: \"1-x\" (expected: as in 53 or 1024-65535)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CatalogLimits.allowPorts("9-1"))
                .withMessage("ports: 9-1 (expected: 1..65535, the lower one first)");
    }

    @Test
    void portsOfTheProgramItself_areNoCatalogs() {
        URI uri = URI.create("calls://host");
        var factory = new CatalogFactory() {
            @Override
            public String scheme() {
                return "calls";
            }

            @Override
            public Set<Integer> ports(URI from) {
                return Set.of(9000);
            }

            @Override
            public ManualCatalog open(URI from, DiscoveryContext given) {
                return second;
            }
        };
        Penstock penstock =
                build(builder().reservedPort(9123).catalog(factory).catalog("first", first, CatalogLimits.none()));
        penstock.follow(List.of(CatalogSource.of(uri)));
        first.set(ports(tcp(9000, "a"), tcp(9123, "b"), udp(9123, "c")));

        assertThat(listeners(penstock)).containsExactly("9123/udp of first");
        assertThat(rejected(penstock, 0))
                .contains("listener 9123/tcp: \"*:9123\" (expected: an address that is free; it is that of this program"
                        + " itself)");

        penstock.follow(List.of());
        assertThat(listeners(penstock)).containsExactly("9000/tcp of first", "9123/udp of first");
    }

    @Test
    void definitionThatIsWrongByItself_isLeftOutAlone() {
        Penstock penstock = followingBoth(builder());
        CatalogReader.Found good = ports(tcp(1, "a"), udp(2, "b"));
        List<RouteSpec> routes = new ArrayList<>(good.routes());
        var wrong = Match.ALL.withListeners(Set.of("2/udp")).withHost("x.test");
        routes.add(new RouteSpec(
                new Route("wrong", wrong, 0, good.services().get(0).name()), Provenance.CODE));
        List<ListenerSpec> listeners = new ArrayList<>(good.listeners());
        listeners.add(good.listeners().get(0));
        first.set(CatalogReader.Found.of(routes, good.services(), List.of()).withListeners(listeners));

        assertThat(listeners(penstock)).containsExactly("1/tcp of first", "2/udp of first");
        assertThat(to(penstock, "2/udp")).isEqualTo("b");
        assertThat(rejected(penstock, 0))
                .containsExactly(
                        "listener 1/tcp: given twice (expected: a name given once)",
                        "route wrong.host: x.test (expected: none, since listener \"2/udp\" reads no server name)");
    }

    @Test
    void portOfHttp_leadsToItsServiceAlone_whateverRoutesOthersHave() {
        Penstock penstock = followingBoth(builder()
                .listener(ListenerSpec.of("web", "127.0.0.1:0"))
                .service(ServiceSpec.of("admin", "127.0.0.1:1"))
                .route(Match.ALL.withHost("admin.test"), "admin"));
        first.set(ports(new ServicePort(9000, Protocol.HTTP, ServiceSpec.of("app", "127.0.0.1:9000"))));

        var there = PlainRequest.get("http://admin.test/").withListener("9000/tcp");
        assertThat(penstock.explain(there).service()).isEqualTo("app");
        assertThat(penstock.explain(there.withListener("web")).service()).isEqualTo("admin");
    }

    @Test
    void portOfAnotherCatalog_isNotTakenByARouteThatNamesIt() {
        Penstock penstock = followingBoth(builder());
        first.set(ports(tcp(6379, "redis")));
        var match = Match.ALL.withPath(new PathMatch.Prefix("/")).withListeners(Set.of("6379/tcp"));
        second.set(CatalogReader.Found.of(
                List.of(RouteSpec.of(match, "thief")), List.of(ServiceSpec.of("thief", "127.0.0.1:1")), List.of()));

        assertThat(to(penstock, "6379/tcp")).isEqualTo("redis");
        assertThat(rejected(penstock, 1)).singleElement().asString().contains("one of another catalog");
    }

    @Test
    void portOfAnotherCatalog_isNotSharedByOneThatDefinesItAlike() {
        Penstock penstock = followingBoth(builder());
        ServicePort http = new ServicePort(9000, Protocol.HTTP, ServiceSpec.of("app", "127.0.0.1:9000"));
        first.set(ports(http));
        CatalogReader.Found alike = ports(new ServicePort(9000, Protocol.HTTP, ServiceSpec.of("thief", "127.0.0.1:1")));
        var match = Match.ALL.withPath(new PathMatch.Prefix("/login")).withListeners(Set.of("9000/tcp"));
        second.set(CatalogReader.Found.of(List.of(RouteSpec.of(match, "thief")), alike.services(), List.of())
                .withListeners(alike.listeners()));

        var login = PlainRequest.get("http://any.test/login").withListener("9000/tcp");
        assertThat(penstock.explain(login).service()).isEqualTo("app");
        assertThat(rejected(penstock, 1)).element(1).asString().contains("left out with its listener \"9000/tcp\"");
    }

    @Test
    void vhostsThatAreShared_leadNobodysHostsToAnotherCatalog() {
        Penstock penstock = build(builder()
                .catalog("first", first, CatalogLimits.none())
                .catalog("second", second, CatalogLimits.allowHosts("*.mine.test")));
        first.set(vhosts("app.test", 80, tcp(1000, "one")));
        CatalogReader.Found vhosts = vhosts("mine.test", 80, tcp(1001, "two"));
        List<RouteSpec> routes = new ArrayList<>(vhosts.routes());
        var all = Match.ALL.withPath(new PathMatch.Prefix("/login")).withListeners(Set.of("80/vhosts"));
        routes.add(RouteSpec.of(all, "two"));
        second.set(CatalogReader.Found.of(routes, vhosts.services(), List.of()).withListeners(vhosts.listeners()));

        assertThat(host(penstock, "one.app.test", "/login")).isEqualTo("one");
        assertThat(host(penstock, "nobody.app.test", "/login")).isEqualTo("80/vhosts");
        assertThat(host(penstock, "two.mine.test", "/login")).isEqualTo("two");
        assertThat(rejected(penstock, 1))
                .singleElement()
                .asString()
                .endsWith("for all hosts of listener \"80/vhosts\" (expected: for a host, since the listener is that of"
                        + " first, too)");

        first.set(ports());
        assertThat(host(penstock, "nobody.app.test", "/login")).isEqualTo("two");
        assertThat(rejected(penstock, 1)).isEmpty();
    }

    @Test
    void servicesOfOneName_haveTheirOwnPortsInEachCatalog() {
        Penstock penstock = followingBoth(builder());
        first.set(ports(tcp(6379, "redis:6379")));
        second.set(ports(tcp(6380, "redis:6380"), tcp(6381, "redis:6379")));

        assertThat(to(penstock, "6379/tcp")).isEqualTo("redis:6379");
        assertThat(to(penstock, "6380/tcp")).isEqualTo("redis:6380");
        assertThat(listeners(penstock)).containsExactly("6379/tcp of first", "6380/tcp of second");
        assertThat(rejected(penstock, 1))
                .contains("service redis:6379: the name is taken (expected: one that first does not define)");
    }

    @Test
    void portOfTwoCatalogs_atAddressesOfTheirOwn_isThatOfBoth() {
        Penstock penstock = followingBoth(builder());
        first.set(new ServicePorts("10.0.0.1").found(List.of(tcp(6379, "redis")), List.of()));
        second.set(new ServicePorts("10.0.0.2", new VirtualHosts("app.test", 80))
                .found(List.of(tcp(6379, "cache")), List.of()));

        assertThat(to(penstock, "10.0.0.1:6379/tcp")).isEqualTo("redis");
        assertThat(to(penstock, "10.0.0.2:6379/tcp")).isEqualTo("cache");
        assertThat(listeners(penstock))
                .containsExactly(
                        "10.0.0.1:6379/tcp of first", "10.0.0.2:6379/tcp of second", "10.0.0.2:80/vhosts of second");
        assertThat(rejected(penstock, 1)).isEmpty();

        second.set(ports(tcp(6379, "cache")));
        assertThat(rejected(penstock, 1)).hasSize(3).element(0).asString().contains("it is that of listener");
    }

    @Test
    void portOfTwoServicesOfOneCatalog_isThatOfTheFirstByName() {
        CatalogReader.Found found = ports(tcp(80, "b"), tcp(80, "a"), udp(80, "c"));

        assertThat(found.services()).extracting(spec -> spec.name().value()).containsExactly("a", "c");
        assertThat(found.skipped())
                .containsExactly("service b: port 80/tcp (expected: one that service a does not have)");
    }

    @Test
    void V01_vhosts_leadToServicesByName_ofSeveralPortsToTheLowest() {
        Penstock penstock = followingBoth(builder());
        var high = new ServicePort(9001, Protocol.Tcp.defaults(), ServiceSpec.of("shop-9001"), "Shop.system");
        var low = new ServicePort(9000, Protocol.Tcp.defaults(), ServiceSpec.of("shop-9000"), "Shop.system");
        first.set(vhosts("App.example.com", 80, high, tcp(1000, "web"), udp(7, "udp"), low));

        assertThat(host(penstock, "web.app.example.com", "/")).isEqualTo("web");
        assertThat(host(penstock, "WEB.app.example.com:80", "/_status")).isEqualTo("web");
        assertThat(host(penstock, "shop.system.app.example.com", "/")).isEqualTo("shop-9000");
        assertThat(host(penstock, "udp.app.example.com", "/")).isEqualTo("80/vhosts");
        assertThat(host(penstock, "x.web.app.example.com", "/")).isEqualTo("80/vhosts");
    }

    @Test
    void V02_vhostThatNobodyHas_goesNowhere_evenBesideACatchAllOfTheFile() {
        Penstock penstock = followingBoth(builder().route(Match.ALL, "all").service(ServiceSpec.of("all")));
        first.set(vhosts("app.test", 80, tcp(1000, "web")));

        assertThat(host(penstock, "unknown.app.test", "/")).isEqualTo("80/vhosts");
        assertThat(host(penstock, "unknown.app.test", "/_status")).isEqualTo("80/vhosts");
        assertThat(penstock.explain(PlainRequest.get("http://unknown.app.test/"))
                        .service())
                .isEqualTo("all");
    }

    @Test
    void V04_thousandVhostsOfLongNames_areRouted() {
        Penstock penstock = followingBoth(builder());
        ServicePort[] ports = IntStream.range(0, 1_000)
                .mapToObj(i -> tcp(10_000 + i, ("s" + i + "-").repeat(100).substring(0, 199) + "x"))
                .toArray(ServicePort[]::new);
        first.set(vhosts("app.example.com", 80, ports));

        for (ServicePort port : ports) {
            String name = port.service().name().value();
            assertThat(host(penstock, name + ".app.example.com", "/")).isEqualTo(name);
        }
        assertThat(rejected(penstock, 0)).isEmpty();
    }

    @Test
    void vhostsOfTwoCatalogs_shareOneListener_andNothingIsReported() {
        Penstock penstock = followingBoth(builder());
        first.set(vhosts("app.test", 80, tcp(1000, "one")));
        second.set(vhosts("other.test", 80, tcp(1001, "two")));

        assertThat(host(penstock, "one.app.test", "/")).isEqualTo("one");
        assertThat(host(penstock, "two.other.test", "/")).isEqualTo("two");
        assertThat(host(penstock, "three.other.test", "/")).isEqualTo("80/vhosts");
        assertThat(rejected(penstock, 0)).isEmpty();
        assertThat(rejected(penstock, 1)).isEmpty();

        first.set(ports());
        assertThat(host(penstock, "one.app.test", "/")).isEqualTo("80/vhosts");
        assertThat(host(penstock, "two.other.test", "/")).isEqualTo("two");
    }

    @Test
    void vhosts_whatCannotBeAHost_isSkipped_andTheirPortIsTheirs() {
        CatalogReader.Found found = vhosts("app.test", 80, tcp(80, "web"), tcp(81, "a/b"));

        assertThat(found.skipped())
                .containsExactly(
                        "service web: port 80/tcp (expected: one that virtual hosts does not have)",
                        "service a/b: host: \"a/b.app.test\" (expected: a host name without port, as in www.example.com"
                                + " or *.example.com)");
        assertThat(found.listeners()).extracting(ListenerSpec::name).containsExactly("81/tcp", "80/vhosts");
    }

    @Test
    void options_sayWhereAndWhetherVhosts() {
        assertThat(options("")).isEqualTo(new ServicePorts(""));
        assertThat(options("?listen=[::1]&vhosts=app.test"))
                .isEqualTo(new ServicePorts("::1", new VirtualHosts("app.test", 80)));
        assertThat(options("?listen=::1&vhosts=app.test&vhostPort=8080")
                        .found(List.of(), List.of())
                        .listeners()
                        .get(0)
                        .address())
                .isEqualTo("[::1]:8080");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options("?listen=a/b"))
                .withMessage("listen: \"a/b\" (expected: an address of this machine without a port)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options("?vhostPort=80"))
                .withMessage("vhostPort: 80 (expected: beside vhosts)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options("?vhosts=a_*"))
                .withMessageContaining("(expected: a host name without port");
    }

    private static ServicePorts options(String query) {
        return ServicePorts.of(UriOptions.of(URI.create("etcd://h/p" + query), ServicePorts.OPTIONS));
    }
}
