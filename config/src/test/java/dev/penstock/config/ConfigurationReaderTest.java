package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.penstock.catalog.AnswerLimits;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogValidation;
import dev.penstock.catalog.ClientLimits;
import dev.penstock.catalog.ConnectionLimits;
import dev.penstock.catalog.ErrorAnswers;
import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.HostHeader;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.LoadReports;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.catalog.SlowStart;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.TcpCheck;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.Limits;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.resolve.AddressRange;
import dev.penstock.retry.BudgetSpec;
import dev.penstock.retry.Failure;
import dev.penstock.retry.HedgeSpec;
import dev.penstock.retry.RetrySpec;
import dev.penstock.retry.RetryWhen;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.ValueMatch;
import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ClientCertificates.Demand;
import dev.penstock.tls.ServerCertificate;
import dev.penstock.tls.ServerTls;
import dev.penstock.tls.TlsVersion;
import dev.penstock.tls.UpstreamTls;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {
    @TempDir
    Path directory;

    @Test
    void read_theShapeOfTheReadme_givesListenersRoutesAndServices() {
        Configuration configuration = Read.yaml(
                "listeners:",
                "  - address: 127.0.0.1:8080",
                "    name: web                    # optional",
                "routes:",
                "  - host: www.example.com        # exact, *.example.com, or left out",
                "    path: /api                   # prefix by whole segments",
                "    listeners: [web]             # absent: all",
                "    service: orders",
                "  - service: site                # no condition: everything else",
                "services:",
                "  orders:",
                "    balancer: p2c",
                "    endpoints: [127.0.0.1:9001, {address: 127.0.0.1:9002, weight: 2, priority: 3}]",
                "  site:",
                "    discover: dns:///site.internal:8080");

        var catalog = configuration.catalog();
        assertThat(catalog.listeners())
                .extracting(ListenerSpec::name, ListenerSpec::address)
                .containsExactly(tuple("web", "127.0.0.1:8080"));
        assertThat(catalog.routes().get(0).route().match())
                .isEqualTo(Match.ALL
                        .withHost("www.example.com")
                        .withPath(new PathMatch.Prefix("/api"))
                        .withListeners(Set.of("web")));
        assertThat(catalog.routes().get(1).route().match()).isEqualTo(Match.ALL);
        assertThat(catalog.routes())
                .extracting(route -> route.route().service().value())
                .containsExactly("orders", "site");
        assertThat(catalog.services().get(0).balancer()).isEqualTo("p2c");
        assertThat(catalog.services().get(0).endpoints())
                .containsExactly(
                        Endpoint.parse("127.0.0.1:9001"),
                        Endpoint.parse("127.0.0.1:9002").withWeight(2).withPriority(3));
        assertThat(catalog.services().get(1).discover()).containsExactly(URI.create("dns:///site.internal:8080"));
        assertThat(configuration.admin()).isEqualTo(AdminSettings.defaults());
        assertThat(configuration.process()).isEqualTo(ProcessSettings.defaults());
    }

    @Test
    void read_everyKey_setsWhatItSays() {
        Configuration configuration = Read.reader().read("every-key.yaml", Read.everyKey());

        ListenerSpec web = configuration.catalog().listeners().get(0);
        assertThat(web.answers()).isEqualTo(new ErrorAnswers(404, 503, true));
        assertThat(web.forwarding())
                .isEqualTo(new Forwarding(
                        Forwarding.ForwardedFor.IF_ABSENT,
                        List.of(AddressRange.parse("::1"), AddressRange.parse("192.168.0.0/16")),
                        "web-1",
                        true,
                        true,
                        false,
                        List.of(AddressRange.parse("10.0.0.0/8"))));
        assertThat(web.limits()).isEqualTo(ClientLimits.defaults());
        assertThat(web.timeouts().header()).isEqualTo(Duration.ofMillis(500));
        assertThat(web.timeouts().drain()).isZero();
        assertThat(web.timeouts().linger()).isEqualTo(Duration.ofMillis(500));
        assertThat(web.timeouts().keepAlive()).isEqualTo(Duration.ofSeconds(20));
        assertThat(web.provenance().place()).isEqualTo("line 18");
        ServiceSpec orders = configuration.catalog().services().get(0);
        assertThat(orders.hostHeader()).isEqualTo(HostHeader.KEEP);
        assertThat(orders.loadReports()).isEqualTo(LoadReports.PASS);
        assertThat(orders.answers()).isEqualTo(new AnswerLimits(1 << 10, 128 << 10, 200, 2 << 10, 10, 20));
        assertThat(orders.fallback())
                .isEqualTo(Fallback.to("site")
                        .withStatuses(Set.of(500, 503))
                        .withProbe(Duration.ofSeconds(1))
                        .withCredentials(false));
        assertThat(orders.retry().attempts()).isEqualTo(1);
        assertThat(orders.timeouts())
                .isEqualTo(new UpstreamTimeouts(
                        Duration.ofMillis(100), Duration.ofHours(1), Duration.ofDays(1), Duration.ofHours(2)));
        assertThat(orders.endpoints().get(1).metadata()).isEqualTo(Map.of("version", "3", "blue", "true"));
        assertThat(configuration.admin())
                .isEqualTo(new AdminSettings(
                        true, "127.0.0.1:9124", Duration.ofSeconds(2), 500, new ApiSettings("opensesame", true, true)));
        assertThat(configuration.process())
                .isEqualTo(new ProcessSettings(
                        TransportSetting.NIO,
                        TlsSetting.JDK,
                        3,
                        new LogSettings(
                                LogLevel.WARN,
                                new AccessLogSettings(
                                        true, AccessFormat.COMBINED, "stderr", true, Duration.ofMillis(500), 100),
                                2_000),
                        64 << 20,
                        32 << 20,
                        1_000,
                        Duration.ofMillis(250)));
    }

    @Test
    void read_everyKey_retriesOfDefaultsAndOfServices() {
        Configuration configuration = Read.reader().read("every-key.yaml", Read.everyKey());

        RetrySpec orders = configuration.catalog().services().get(0).retry();
        RetrySpec archive = configuration.catalog().services().get(2).retry();
        RetrySpec built = RetrySpec.defaults();
        assertThat(orders)
                .isEqualTo(built.withAttempts(1)
                        .withWhen(built.when().withMethods(Set.of("GET")))
                        .withHedge(HedgeSpec.beyond(0.9)));
        assertThat(archive)
                .isEqualTo(new RetrySpec(
                        5,
                        new RetryWhen(Set.of(Failure.BROKEN), Set.of(502, 503), Set.of("GET", "POST")),
                        RetrySpec.backoff(Duration.ofMillis(5), Duration.ofSeconds(1)),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        1024,
                        new BudgetSpec(0.1, 3),
                        new HedgeSpec(2, Duration.ofMillis(20), 0.9)));
    }

    @Test
    void read_everyKey_catalogsWithTheirLimits() {
        Configuration configuration = Read.reader().read("every-key.yaml", Read.everyKey());

        assertThat(configuration.catalogs())
                .containsExactly(
                        new CatalogSource(
                                URI.create("docker:///"),
                                CatalogLimits.allowHosts("www.example.com", "*.shop.example.com")),
                        new CatalogSource(
                                URI.create("consul://10.0.0.9:8500"), CatalogLimits.allowPorts("53", "1024-65535")));
        assertThat(configuration.catalogs())
                .extracting(CatalogSource::name)
                .containsExactly("docker://", "consul://10.0.0.9:8500");
    }

    @Test
    void read_everyKey_routesHoldAllConditions() {
        var routes =
                Read.reader().read("every-key.yaml", Read.everyKey()).catalog().routes();

        var cart = routes.get(1).route();
        assertThat(cart.name()).isEqualTo("cart");
        assertThat(cart.priority()).isEqualTo(10);
        assertThat(cart.match())
                .isEqualTo(new Match(
                        new HostMatch.Below("example.com"),
                        new PathMatch.Exact("/cart"),
                        Set.of("GET", "HEAD"),
                        List.of(new ValueMatch("X-Version", Set.of("v1", "2")), new ValueMatch("X-Debug", Set.of())),
                        List.of(new ValueMatch("debug", Set.of("true"))),
                        Set.of(),
                        Set.of()));
        assertThat(routes.get(2).route().match().path()).isEqualTo(new PathMatch.Pattern("/users/{id}/**"));
        assertThat(routes.get(3).route().match().path()).isEqualTo(new PathMatch.Prefix("/static"));
    }

    @Test
    void read_defaults_holdWhereNothingElseIsSaid() {
        var catalog = Read.reader().read("every-key.yaml", Read.everyKey()).catalog();

        ListenerSpec second = catalog.listeners().get(1);
        assertThat(second.name()).isEqualTo(":8081");
        assertThat(second.answers()).isEqualTo(new ErrorAnswers(503, 404, false));
        assertThat(second.limits())
                .isEqualTo(new ClientLimits(
                        4096,
                        16384,
                        50,
                        1 << 20,
                        1 << 10,
                        32,
                        new ConnectionLimits(5000, 100, 1024, 32 << 10, 1 << 20, 4 << 10, 512)));
        assertThat(second.forwarding().serverName()).isEqualTo("edge");
        assertThat(second.timeouts().idle()).isEqualTo(Duration.ofSeconds(7));
        ServiceSpec site = catalog.services().get(1);
        assertThat(site.balancer()).isEqualTo("p2c");
        assertThat(site.retry().attempts()).isEqualTo(2);
        assertThat(site.hostHeader()).isEqualTo(HostHeader.ENDPOINT);
        assertThat(site.loadReports()).isEqualTo(LoadReports.STRIP);
        assertThat(site.timeouts().tunnel()).isEqualTo(Duration.ofMinutes(4));
    }

    @Test
    void read_routesWithoutName_areNamedAfterTheirConditionAndDistinct() {
        var routes = Read.yaml(
                        "listeners: [127.0.0.1:0]",
                        "routes:",
                        "  - {host: a.example.com, path: /x, service: s}",
                        "  - {path: {exact: /x}, methods: [POST, GET], service: s}",
                        "  - {service: s}",
                        "  - {service: s, query: {a: 1}}",
                        "  - {service: s, query: {a: 2}}",
                        "services: {s: {endpoints: []}}")
                .catalog()
                .routes();

        assertThat(routes)
                .extracting(route -> route.route().name())
                .containsExactly("a.example.com/x", "GET,POST *=/x", "*", "* #2", "* #3");
    }

    @Test
    void read_json_saysTheSameAsYaml() {
        String json = """
            {"listeners": [{"address": "127.0.0.1:8080"}],
            \t"routes": [{"service": "site"}],
            \t"services": {"site": {"endpoints": ["127.0.0.1:9001"]}},
            \t"admin": "off"}
            """;
        Configuration fromJson = Read.reader().read("penstock.json", json);
        Configuration fromYaml = Read.yaml(
                "listeners: [{address: 127.0.0.1:8080}]",
                "routes: [{service: site}]",
                "services: {site: {endpoints: [127.0.0.1:9001]}}",
                "admin: off");

        assertThat(fromJson.catalog().listeners().get(0).address()).isEqualTo("127.0.0.1:8080");
        assertThat(fromJson.admin()).isEqualTo(fromYaml.admin());
        assertThat(fromJson.catalog().services().get(0).endpoints())
                .isEqualTo(fromYaml.catalog().services().get(0).endpoints());
        assertThat(fromJson.admin().enabled()).isFalse();
    }

    @Test
    void read_file_isReadAsUtf8WithOrWithoutByteOrderMark() throws Exception {
        Path file = directory.resolve("penstock.yaml");
        Files.writeString(file, "\uFEFFlisteners: [{address: 127.0.0.1:0, name: grün}]", StandardCharsets.UTF_8);

        assertThat(Read.reader().read(file).catalog().listeners().get(0).name()).isEqualTo("grün");
        assertThat(Read.reader().read(file).catalog().source()).isEqualTo("file " + file);
    }

    @Test
    void C02_missingFile_saysUnableToOpenFileAndItsPath() {
        Path file = directory.resolve("nowhere.yaml");

        assertThatThrownBy(() -> Read.reader().read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ": unable to open file: no such file");
        assertThatThrownBy(() -> Read.reader().read(directory))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(directory + ": nothing in it (expected: at least one *.yaml, *.yml or *.json)");
    }

    @Test
    void read_filesThatAreNoText_areRefused() throws Exception {
        Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {'a', (byte) 0xff, 'b'});
        Path large = Files.write(directory.resolve("large.yaml"), new byte[(16 << 20) + 1]);

        assertThatThrownBy(() -> Read.reader().read(binary)).hasMessageContaining("not a text (expected: UTF-8)");
        assertThatThrownBy(() -> Read.reader().read(large))
                .hasMessageContaining("too large (expected: at most 16 MiB)");
    }

    @Test
    void equality_twoReadingsOfOneText_areEqual() {
        assertThat(Read.reader().read("a.yaml", Read.everyKey()))
                .isEqualTo(Read.reader().read("a.yaml", Read.everyKey()));
    }

    @Test
    void restartNeededFor_otherSettings_namesTheirKeys() {
        Configuration one = Read.reader().read("a.yaml", Read.everyKey());
        Configuration other = one.withAdmin(one.admin().off())
                .withProcess(one.process()
                        .withThreads(7)
                        .withRetryBytes(1)
                        .withIdleConnections(1)
                        .withDrain(Duration.ofSeconds(9)));

        assertThat(one.restartNeededFor(other))
                .containsExactly("admin", "threads", "retryBodies", "idleConnections", "drain");
        assertThat(one.restartNeededFor(one)).isEmpty();
    }

    @Test
    void read_everyKey_health() {
        Configuration configuration = Read.reader().read("every-key.yaml", Read.everyKey());

        var check = new HttpCheck(
                "GET",
                "/health",
                "www.example.com",
                8081,
                List.of(new HttpCheck.Statuses(200, 299), new HttpCheck.Statuses(304, 304)),
                "ok");
        assertThat(configuration.catalog().services().get(0).health())
                .isEqualTo(new HealthSpec(
                        new CheckSpec(
                                check, Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMillis(500), 1, 2),
                        new OutlierSpec(
                                5, Duration.ofSeconds(20), 100, Duration.ofSeconds(30), Duration.ofMinutes(10), 30),
                        40,
                        new SlowStart(Duration.ofSeconds(30), 1.5, Duration.ZERO)));
        assertThat(configuration.catalog().services().get(1).health()).isEqualTo(HealthSpec.defaults());
    }

    @Test
    void health_inShortAndOverTheDefaults() {
        Configuration configuration = Read.yaml(
                "listeners: [{address: 127.0.0.1:8080}]",
                "defaults:",
                "  service:",
                "    health: {check: {path: /up, interval: 1s}, slowStart: 5s, outliers: false}",
                "services:",
                "  inherits:",
                "    endpoints: 127.0.0.1:9001",
                "  tcp:",
                "    endpoints: 127.0.0.1:9001",
                "    health: {check: tcp, outliers: true}",
                "  path:",
                "    endpoints: 127.0.0.1:9001",
                "    health: {check: /health, panic: 50}",
                "  none:",
                "    endpoints: 127.0.0.1:9001",
                "    health: {check: false, slowStart: 0s}");

        List<ServiceSpec> services = configuration.catalog().services();
        CheckSpec up = CheckSpec.of(HttpCheck.get("/up")).withInterval(Duration.ofSeconds(1));
        HealthSpec inherited = new HealthSpec(up, OutlierSpec.OFF, 0, SlowStart.over(Duration.ofSeconds(5)));
        assertThat(services.get(0).health()).isEqualTo(inherited);
        assertThat(services.get(1).health())
                .isEqualTo(inherited.withCheck(up.withCheck(TcpCheck.OWN_PORT)).withOutliers(OutlierSpec.defaults()));
        assertThat(services.get(2).health())
                .isEqualTo(inherited
                        .withCheck(up.withCheck(HttpCheck.get("/health")))
                        .withPanic(50));
        assertThat(services.get(3).health()).isEqualTo(inherited.withCheck(null).withSlowStart(SlowStart.OFF));
    }

    @Test
    void F17_limitsAndCircuitBreaker_areThoseOfTheFileOverThoseOfTheDefaults() {
        Configuration configuration = Read.yaml(
                "listeners: [{address: 127.0.0.1:8080}]",
                "defaults:",
                "  service:",
                "    limits: {perEndpoint: 7, wait: 2s}",
                "    circuitBreaker: true",
                "services:",
                "  orders:",
                "    endpoints: 127.0.0.1:9001",
                "    limits: {requests: 100, queue: 10, shed: 50ms, adaptive: true, idle: 9}",
                "    circuitBreaker: {failures: 25, requests: 8, open: 3s, scope: endpoint}",
                "  site:",
                "    endpoints: 127.0.0.1:9001",
                "    circuitBreaker: false",
                "  rest:",
                "    endpoints: 127.0.0.1:9001");

        List<ServiceSpec> services = configuration.catalog().services();
        assertThat(services.get(0).limits())
                .isEqualTo(new Limits(
                        100,
                        7,
                        10,
                        Duration.ofSeconds(2),
                        Duration.ofMillis(50),
                        true,
                        9,
                        new BreakerSettings(25, 8, Duration.ofSeconds(3), BreakerSettings.Scope.ENDPOINT)));
        assertThat(services.get(1).limits())
                .isEqualTo(Limits.defaults().withPerEndpoint(7).withQueue(1_024, Duration.ofSeconds(2)));
        assertThat(services.get(2).limits().breaker()).isEqualTo(BreakerSettings.defaults());
    }

    @Test
    void F08_fallback_isAnotherService_orOneOfItsOwnEndpoints() {
        Configuration configuration = Read.yaml(
                "listeners: [{address: 127.0.0.1:8080}]",
                "services:",
                "  orders:",
                "    endpoints: 127.0.0.1:9001",
                "    hostHeader: endpoint",
                "    fallback:",
                "      endpoints: [{address: 127.0.0.1:9002, weight: 2, priority: 1}, 127.0.0.1:9003]",
                "      statuses: 503",
                "      probe: 1s",
                "  site:",
                "    endpoints: 127.0.0.1:9004",
                "    fallback: orders");

        List<ServiceSpec> services = configuration.catalog().services();
        assertThat(services)
                .extracting(spec -> spec.name().value())
                .containsExactly("orders.fallback", "orders", "site");
        assertThat(services.get(0).endpoints())
                .containsExactly(
                        Endpoint.parse("127.0.0.1:9002").withWeight(2).withPriority(1),
                        Endpoint.parse("127.0.0.1:9003"));
        assertThat(services.get(0).balancer()).isEqualTo("weighted_round_robin");
        assertThat(services.get(0).hostHeader()).isEqualTo(HostHeader.ENDPOINT);
        assertThat(services.get(0).fallback()).isNull();
        assertThat(services.get(0).provenance().place()).isEqualTo("line 6");
        assertThat(services.get(1).fallback())
                .isEqualTo(
                        Fallback.to("orders.fallback").withStatuses(Set.of(503)).withProbe(Duration.ofSeconds(1)));
        assertThat(services.get(2).fallback()).isEqualTo(Fallback.to("orders"));
    }

    @Test
    void shadow_isARuleByItsName_orWithASample() {
        List<ServiceSpec> services = Read.yaml(
                        "listeners: [{address: 127.0.0.1:8080}]",
                        "services:",
                        "  orders: {endpoints: 127.0.0.1:9001, shadow: 'maglev(key=host)'}",
                        "  site: {endpoints: 127.0.0.1:9001, shadow: {balancer: p2c, samplePercent: 5}}",
                        "  plain: {endpoints: 127.0.0.1:9001}")
                .catalog()
                .services();

        assertThat(services)
                .extracting(ServiceSpec::shadow)
                .containsExactly(ShadowSpec.of("maglev(key=host)"), new ShadowSpec("p2c", 5), null);
    }

    @Test
    void shadow_thatIsNone_isAFault() {
        assertThat(Read.faults(
                        "listeners: [{address: 127.0.0.1:8080}]",
                        "services:",
                        "  orders: {endpoints: 127.0.0.1:9001, shadow: {samplePercent: 0}}",
                        "  site: {endpoints: 127.0.0.1:9001, shadow: [p2c]}"))
                .containsExactly(
                        "penstock.yaml:3:39: services.orders.shadow.balancer: missing (expected: the name of a"
                                + " balancer)",
                        "penstock.yaml:3:48: services.orders.shadow.samplePercent: 0 (expected: a whole number in"
                                + " 1..100)",
                        "penstock.yaml:4:37: services.site.shadow: a list (expected: the name of a balancer, or"
                                + " balancer with samplePercent)");
    }

    @Test
    void fallback_thatIsNotClear_isAFault() {
        assertThat(Read.faults(
                        "listeners: [{address: 127.0.0.1:8080}]",
                        "services:",
                        "  orders:",
                        "    endpoints: 127.0.0.1:9001",
                        "    fallback: {service: site, endpoints: 127.0.0.1:9002, statuses: [99]}"))
                .containsExactly(
                        "penstock.yaml:5:5: services.orders.fallback: who stands in is not clear (expected: service or"
                                + " endpoints, one of them)",
                        "penstock.yaml:5:69: services.orders.fallback.statuses[0]: 99 (expected: a whole number in"
                                + " 400..599)");
    }

    @Test
    void tls_ofListeners_namesFilesFromTheDirectoryOfTheConfiguration() {
        var read = Read.reader().read("conf/penstock.yaml", """
            listeners:
              - address: 127.0.0.1:8443
                tls:
                  certificates:
                    - {certificate: a.pem, key: /keys/a.key}
                    - {certificate: b.pem, key: b.key, names: "*.b.test", clients: off}
                  clients: {demand: optional, ca: ca.pem}
                  unknownNames: refuse
                  minVersion: 1.3
                  handshakeTimeout: 3s
            routes: [{schemes: https, service: site}]
            services: {site: {endpoints: 127.0.0.1:9001}}
            """);

        var clients = new ClientCertificates(Demand.OPTIONAL, Path.of("conf/ca.pem"));
        var a = ServerCertificate.of(Path.of("conf/a.pem"), Path.of("/keys/a.key"));
        var b = ServerCertificate.of(Path.of("conf/b.pem"), Path.of("conf/b.key"));
        assertThat(read.catalog().listeners().get(0).tls())
                .isEqualTo(ServerTls.of(a.withClients(clients), b.withNames("*.b.test"))
                        .withClients(clients)
                        .withStrict(true)
                        .withMinVersion(TlsVersion.V1_3)
                        .withHandshake(Duration.ofSeconds(3)));
        assertThat(read.catalog().routes().get(0).route().match().schemes()).containsExactly("https");
    }

    @Test
    void tls_faults_sayWhatWasExpected() {
        assertThat(Read.faults(
                        "listeners:",
                        "  - address: 127.0.0.1:8443",
                        "    tls:",
                        "      certificates: [{certificate: a.pem, names: 'a b'}]",
                        "      clients: {demand: required}",
                        "      minVersion: 1.1",
                        "routes: [{schemes: [ftp], service: site}]",
                        "services: {site: {endpoints: 127.0.0.1:9001}}"))
                .containsExactlyInAnyOrder(
                        "penstock.yaml:4:22: listeners[0].tls.certificates[0].key: missing (expected: a PEM file)",
                        "penstock.yaml:4:43: listeners[0].tls.certificates[0].names: \"a b\" (expected: a host name as"
                                + " in www.example.com or \"*.example.com\")",
                        "penstock.yaml:5:7: listeners[0].tls.clients: no ca (expected: a PEM file of those whose"
                                + " certificates count)",
                        "penstock.yaml:6:7: listeners[0].tls.minVersion: 1.1 (expected: one of 1.2, 1.3); did you mean"
                                + " \"1.2\"?",
                        "penstock.yaml:7:21: routes[0].schemes[0]: \"ftp\" (expected: http or https)");
    }

    @Test
    void tcp_isReadInShortAndInFull_andARouteIsMadeOfItsService() {
        var catalog = Read.yaml(
                        "listeners:",
                        "  - {address: 127.0.0.1:5432, tcp: orders}",
                        "  - {address: 127.0.0.1:8443, name: names, tcp: {sni: true, idle: 90s}}",
                        "  - {address: 127.0.0.1:8444, name: both, tcp: {service: orders, sni: true}}",
                        "  - 127.0.0.1:8080",
                        "routes: [{host: a.test, listeners: [names], service: orders}]",
                        "services: {orders: {endpoints: 127.0.0.1:9001}}")
                .catalog();

        assertThat(catalog.listeners())
                .extracting(ListenerSpec::protocol)
                .containsExactly(
                        Protocol.Tcp.defaults(),
                        new Protocol.Tcp(true, Duration.ofSeconds(90)),
                        Protocol.Tcp.defaults().withSni(true),
                        Protocol.HTTP);
        assertThat(catalog.routes())
                .extracting(spec -> spec.route().name() + " -> " + spec.route().service())
                .containsExactly("a.test -> orders", "listener 127.0.0.1:5432 -> orders", "listener both -> orders");
        assertThat(catalog.routes().get(2).route().match()).isEqualTo(Match.ALL.withListeners(Set.of("both")));
    }

    @Test
    void tcp_faults_sayWhatWasExpected_whereTheListenerStands() {
        String text = """
                listeners:
                  - {address: 127.0.0.1:5432, name: db, tcp: order}
                  - {address: 127.0.0.1:5433, name: other, tcp: {idle: 0s}}
                routes: [{path: /x, listeners: [db], service: orders, middleware: [{compress: true}]}]
                services: {orders: {endpoints: 127.0.0.1:9001}}
                """;
        var reader = new ConfigurationReader(configuration -> CatalogValidation.problems(
                configuration.catalog(), new CatalogValidation.Known(Set.of(), Set.of(), Set.of())));

        assertThat(Read.faults(text.split("\n", -1)))
                .containsExactly(
                        "penstock.yaml:3:50: listeners[1].tcp.idle: \"0s\" (expected: longer than 0s, at most 365d)");
        assertThat(catchThrowableOfType(
                                ConfigurationException.class,
                                () -> reader.read("penstock.yaml", text.replace("idle: 0s", "idle: 1s")))
                        .faults()
                        .stream()
                        .map(Fault::toString))
                .containsExactlyInAnyOrder(
                        "penstock.yaml:2:41: listeners[0].tcp: \"order\" (expected: one of orders); did you mean"
                                + " \"orders\"?",
                        "penstock.yaml:4:11: routes[0].path: prefix /x (expected: none, since listener \"db\" takes no HTTP)",
                        "penstock.yaml:4:68: routes[0].middleware[0]: compress from 256 bytes (expected: none, since listener \"db\""
                                + " takes no HTTP)");
    }

    @Test
    void udp_isReadInShortAndInFull_andMayHaveTheAddressOfAnother() {
        var catalog = Read.yaml(
                        "listeners:",
                        "  - {address: 127.0.0.1:53, name: dns, udp: {service: dns, oneShot: true, idle: 5s}}",
                        "  - {address: 127.0.0.1:53, name: dns-tcp, tcp: dns}",
                        "  - {address: 127.0.0.1:514, udp: dns}",
                        "services: {dns: {endpoints: 127.0.0.1:9001}}")
                .catalog();

        assertThat(catalog.listeners())
                .extracting(ListenerSpec::protocol)
                .containsExactly(
                        new Protocol.Udp(true, Duration.ofSeconds(5)),
                        Protocol.Tcp.defaults(),
                        Protocol.Udp.defaults());
        assertThat(CatalogValidation.problems(catalog, new CatalogValidation.Known(Set.of(), Set.of(), Set.of())))
                .isEmpty();
    }

    @Test
    void udp_faults_sayWhatWasExpected_whereTheListenerStands() {
        var reader = new ConfigurationReader(configuration -> CatalogValidation.problems(
                configuration.catalog(), new CatalogValidation.Known(Set.of(), Set.of(), Set.of())));
        String services = "services: {s: {endpoints: 127.0.0.1:9001}}\n";

        assertThat(Read.faults(
                        "listeners: [{address: 127.0.0.1:53, tcp: s, udp: s}, {address: 127.0.0.1:54, udp: {sni: true}}]",
                        services))
                .containsExactlyInAnyOrder(
                        "penstock.yaml:1:45: listeners[0].udp: \"s\" (expected: none beside tcp; a listener of its own at the same"
                                + " address)",
                        "penstock.yaml:1:84: listeners[1].udp.sni: unknown key (expected: one of service, oneShot, idle)");
        assertThat(
                        catchThrowableOfType(ConfigurationException.class, () -> reader.read("penstock.yaml", """
                                        listeners:
                                          - {address: 127.0.0.1:53, name: a, udp: s, forwarded: {proxyProtocol: 10.0.0.0/8}}
                                          - {address: 127.0.0.1:53, name: b, udp: s}
                                          - {address: 127.0.0.1:54, name: c, udp: {}}
                                        routes: [{host: a.test, listeners: [c], service: s}, {listeners: [c], service: t}]
                                        services: {s: {endpoints: 127.0.0.1:9001}, t: {endpoints: 127.0.0.1:9002, tls: true}}
                                        """))
                                .faults()
                                .stream()
                                .map(Fault::toString))
                .containsExactlyInAnyOrder(
                        "penstock.yaml:2:58: listeners[0].forwarded.proxyProtocol: [10.0.0.0/8] (expected: none, since the listener"
                                + " takes datagrams)",
                        "penstock.yaml:3:6: listeners[1].address: \"127.0.0.1:53\" (expected: an address that is free; listeners[0]"
                                + " takes it)",
                        "penstock.yaml:5:11: routes[0].host: a.test (expected: none, since listener \"c\" reads no server name)",
                        "penstock.yaml:5:71: routes[1].service: \"t\" (expected: a service without tls and proxyProtocol, since"
                                + " datagrams go there)");
    }

    @Test
    void tls_ofServices_isReadInShortAndInFull() {
        var services = Read.yaml(
                        "listeners: [127.0.0.1:8080]",
                        "services:",
                        "  a: {endpoints: 127.0.0.1:1, tls: true}",
                        "  b: {endpoints: 127.0.0.1:1, tls: false}",
                        "  c: {endpoints: 127.0.0.1:1, tls: {ca: ca.pem, serverName: c.internal}}")
                .catalog()
                .services();

        assertThat(services.get(0).tls()).isEqualTo(UpstreamTls.defaults());
        assertThat(services.get(1).tls()).isNull();
        assertThat(services.get(2).tls())
                .isEqualTo(UpstreamTls.defaults().withCa(Path.of("ca.pem")).withServerName("c.internal"));
        assertThat(Read.faults(
                        "listeners: [127.0.0.1:8080]",
                        "services:",
                        "  a: {endpoints: 127.0.0.1:1, tls: {certificate: a.pem}}"))
                .singleElement()
                .asString()
                .contains("services.a.tls: no key (expected: certificate and key, or neither)");
    }
}
