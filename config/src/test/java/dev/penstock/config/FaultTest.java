package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.catalog.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    @Test
    void unknownKey_saysPlaceKnownKeysAndTheNearest() {
        assertThat(Read.faults("listeners:", "  - adress: 127.0.0.1:8080"))
                .containsExactly(
                        "penstock.yaml:2:5: listeners[0].address: missing (expected: host:port, [IPv6]:port or :port,"
                                + " port in 0..65535)",
                        "penstock.yaml:2:5: listeners[0].adress: unknown key (expected: one of address, name, tcp, udp, noRoute, noEndpoints,"
                                + " reasonHeader, forwarded, limits, timeouts, tls); did you mean \"address\"?");
    }

    @Test
    void health_faults_areToldWithTheirPlaces() {
        assertThat(Read.faults(
                        "listeners: [127.0.0.1:0]",
                        "services:",
                        "  s:",
                        "    endpoints: a:1",
                        "    health:",
                        "      check: {kind: tcp, path: /x, rise: 0}",
                        "      panic: 101",
                        "      outliers: {failures: -1}",
                        "      slowStart: {aggression: 11}",
                        "  t:",
                        "    endpoints: a:1",
                        "    health: {check: {path: x, status: [2xx], method: HEAD, body: ok}}",
                        "  u:",
                        "    endpoints: a:1",
                        "    health: {check: udp}"))
                .containsExactly(
                        "penstock.yaml:6:26: services.s.health.check.path: unknown key (expected: one of kind, port,"
                                + " interval, failingInterval, timeout, rise, fall)",
                        "penstock.yaml:6:36: services.s.health.check.rise: 0 (expected: a whole number in 1..100)",
                        "penstock.yaml:7:7: services.s.health.panic: 101 (expected: a whole number in 0..100)",
                        "penstock.yaml:8:18: services.s.health.outliers.failures: -1 (expected: a whole number in 0..1000)",
                        "penstock.yaml:9:19: services.s.health.slowStart.aggression: 11 (expected: a number in 0.1..10)",
                        "penstock.yaml:12:14: services.t.health.check: body with method HEAD (expected: method GET, or no"
                                + " body)",
                        "penstock.yaml:12:22: services.t.health.check.path: \"x\" (expected: a path that begins with /)",
                        "penstock.yaml:12:40: services.t.health.check.status[0]: \"2xx\" (expected: a status as in 204, or"
                                + " a range as in 200-399)",
                        "penstock.yaml:15:14: services.u.health.check: \"udp\" (expected: a path as in /health, or tcp, or"
                                + " false)");
    }

    @Test
    void crossCheck_problemOfAPath_isToldWhereThePathStands() {
        var reader = new ConfigurationReader(catalog -> List.of(
                new Problem("routes[1].service", "\"ordres\" (expected: one of orders); did you mean \"orders\"?"),
                new Problem("services.orders.endpoints[0].zone", "odd")));
        String text = """
                listeners: [127.0.0.1:0]
                routes:
                  - service: orders
                  - path: /x
                    service: ordres
                services:
                  orders:
                    endpoints: [a:1]
                """;

        var exception = catchThrowableOfType(ConfigurationException.class, () -> reader.read("penstock.yaml", text));

        assertThat(exception)
                .hasMessage("penstock.yaml:5:5: routes[1].service: \"ordres\" (expected: one of orders); did you mean"
                        + " \"orders\"?" + System.lineSeparator()
                        + "penstock.yaml:8:17: services.orders.endpoints[0].zone: odd");
    }

    @Test
    void faults_ofAllParts_comeAtOnceInTheOrderOfTheFile() {
        assertThat(Read.faults(
                        "listeners:",
                        "  - address: 127.0.0.1:70000",
                        "    timeouts: {idle: 5}",
                        "routes:",
                        "  - path: api",
                        "    service: s",
                        "services:",
                        "  s:",
                        "    endpoints: [{address: a:1, weight: -1}, b]",
                        "    attempts: three",
                        "transport: epol"))
                .containsExactly(
                        "penstock.yaml:2:5: listeners[0].address: \"127.0.0.1:70000\" (expected: host:port, [IPv6]:port"
                                + " or :port, port in 0..65535)",
                        "penstock.yaml:3:16: listeners[0].timeouts.idle: 5 (expected: the unit is missing; a duration"
                                + " as in 500ms, 3s, 1m or 1h)",
                        "penstock.yaml:5:5: routes[0].path: \"api\" (expected: a path that begins with /, without query"
                                + " and fragment)",
                        "penstock.yaml:9:32: services.s.endpoints[0].weight: -1 (expected: a whole number in"
                                + " 0..1000000)",
                        "penstock.yaml:9:45: services.s.endpoints[1]: \"b\" (expected: host:port or [IPv6]:port, port"
                                + " in 1..65535)",
                        "penstock.yaml:10:5: services.s.attempts: \"three\" (expected: a whole number in 1..10)",
                        "penstock.yaml:11:1: transport: \"epol\" (expected: one of auto, epoll, nio, io_uring); did you"
                                + " mean \"epoll\"?");
    }

    @Test
    void faults_ofRetries_sayWhereAndWhatWasExpected() {
        assertThat(Read.faults(
                        "listeners: [\":80\"]",
                        "services:",
                        "  s:",
                        "    endpoints: a:1",
                        "    attempts: 2",
                        "    retry:",
                        "      attempts: 11",
                        "      after: [connect, 200]",
                        "      methods: get",
                        "      body: 2MiB",
                        "      backoff: {first: 1s, limit: 1ms}",
                        "      budget: {percent: 101}",
                        "      hedge: {delay: 1s, percentile: 95}"))
                .containsExactly(
                        "penstock.yaml:5:5: services.s.attempts: given besides retry.attempts (expected: one of the"
                                + " two)",
                        "penstock.yaml:7:7: services.s.retry.attempts: 11 (expected: a whole number in 1..10)",
                        "penstock.yaml:8:24: services.s.retry.after[1]: 200 (expected: connect, broken, timeout, or a"
                                + " status in 400..599)",
                        "penstock.yaml:9:7: services.s.retry.methods: \"get\" (expected: a method in upper case, as in"
                                + " GET)",
                        "penstock.yaml:10:7: services.s.retry.body: \"2MiB\" (expected: 0..1048576 bytes)",
                        "penstock.yaml:11:7: services.s.retry.backoff: limit is below first (expected: at least as"
                                + " long)",
                        "penstock.yaml:12:16: services.s.retry.budget.percent: 101 (expected: a whole number in"
                                + " 0..100)",
                        "penstock.yaml:13:7: services.s.retry.hedge: delay and percentile (expected: one of the two)");
    }

    @Test
    void crossCheck_ofWhatIsAtFaultAlready_isNoSecondFault() {
        var reader = new ConfigurationReader(catalog -> List.of(new Problem("routes[0].service", "unset")));

        var exception = catchThrowableOfType(
                ConfigurationException.class,
                () -> reader.read("x.yaml", "listeners: [127.0.0.1:0]\nroutes: [{service: [a]}]\n"));

        assertThat(exception.faults())
                .extracting(Fault::message)
                .containsExactly("a list (expected: the name of a service)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drain: 3                  | drain: 3 (expected: the unit is missing; a duration as in 500ms, 3s, 1m or 1h)",
                "drain: 3 s                | drain: \"3 s\" (expected: a duration as in 500ms, 3s, 1m or 1h)",
                "drain: 400d               | drain: \"400d\" (expected: 0s to 365d)",
                "threads: 0                | threads: 0 (expected: a whole number in 1..1024)",
                "threads: '3'              | threads: \"3\" (expected: a whole number in 1..1024)",
                "threads: 99999999999999999999999 | threads: 99999999999999999999999 (expected: a whole number in 1..1024)",
                "threads: 010              | threads: 010 (expected: a whole number in 1..1024)",
                "threads: 1.5              | threads: 1.5 (expected: a whole number in 1..1024)",
                "threads:                  | threads: nothing (expected: a whole number in 1..1024)",
                "log: debug                | log: \"debug\" (expected: keys with values: level, access, recent)",
                "log: {level: warning}     | log.level: \"warning\" (expected: one of debug, info, warn, error); did you mean \"warn\"?",
                "transport: [nio]          | transport: a list (expected: one of auto, epoll, nio, io_uring)",
                "admin: 9123               | admin: 9123 (expected: host:port, [IPv6]:port or :port, port in 0..65535)",
                "services: []              | services: a list (expected: names of services with their settings)",
                "services: {s: {}}         | services.s: no endpoints (expected: endpoints, discover or both)",
                "services: {'a b': {endpoints: []}} | services.a b: not a name of a service (expected: 1 to 255 letters, digits or punctuation, no blank, and neither . nor ..)",
                "services: {'..': {endpoints: []}} | services...: not a name of a service (expected: 1 to 255 letters, digits or punctuation, no blank, and neither . nor ..)",
                "routes: [{service: s, name: .}] | routes[0].name: \".\" (expected: another name; in URLs it means a folder)",
                "services: {s: {discover: 'no scheme'}} | services.s.discover: \"no scheme\" (expected: a URI as in dns:///site.internal:8080)",
                "services: {s: {endpoints: [], hostHeader: kept}} | services.s.hostHeader: \"kept\" (expected: one of keep, endpoint); did you mean \"keep\"?",
                "services: {s: {endpoints: [], loadReports: drop}} | services.s.loadReports: \"drop\" (expected: one of strip, pass)",
                "services: {s: {endpoints: [], fallback: {endpoints: []}}} | services.s.fallback.endpoints: none (expected: at least one)",
                "routes: [{}]              | routes[0].service: missing (expected: the name of a service)",
                "routes: [{service: s, methods: [get]}] | routes[0].methods[0]: \"get\" (expected: in upper case); did you mean \"GET\"?",
                "routes: [{service: s, host: 'a:80'}] | routes[0].host: \"a:80\" (expected: a host name without port, as in www.example.com or \"*.example.com\")",
                "routes: [{service: s, path: {}}] | routes[0].path: none (expected: exactly one of prefix, exact, pattern)",
                "routes: [{service: s, path: {exact: /a, prefix: /b}}] | routes[0].path: several (expected: exactly one of prefix, exact, pattern)",
                "routes: [{service: s, headers: {X-A: []}}] | routes[0].headers.X-A: an empty list (expected: at least one value, or {present: true})",
            })
    void wrongValue_saysWhatItIsAndWhatItShouldBe(String line, String fault) {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", line))
                .singleElement()
                .asString()
                .matches("penstock\\.yaml:2:[0-9]+: .*")
                .endsWith(": " + fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listeners: [] | penstock.yaml:1:1: listeners: an empty list (expected: at least one listener, or catalogs)",
                "routes: [] | penstock.yaml:1:1: listeners: missing (expected: at least one listener, or catalogs)",
            })
    void fileWithoutListenersAndCatalogs_isRefused(String file, String fault) {
        assertThat(Read.faults(file)).containsExactly(fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{limits: {body: 1MB}} | limits.body: \"1MB\" (expected: a number of bytes, or with a unit as in 8KiB, 1MiB or 2GiB)",
                "{limits: {body: -1}} | limits.body: -1 (expected: a number of bytes, or with a unit as in 8KiB, 1MiB or 2GiB)",
                "{limits: {body: 999999999999GiB}} | limits.body: \"999999999999GiB\" (expected: 0 bytes or more)",
                "{limits: {headers: 2MiB}} | limits.headers: \"2MiB\" (expected: 64..1048576 bytes)",
                "{limits: {chunkLine: 63}} | limits.chunkLine: 63 (expected: 64..1048576 bytes)",
                "{limits: {connectionNames: 0}} | limits.connectionNames: 0 (expected: a whole number in 1..1000)",
                "{limits: {proxyHeader: 65KiB}} | limits.proxyHeader: \"65KiB\" (expected: 256..65551 bytes)",
                "{noRoute: 500} | noRoute: 500 (expected: 404 or 503)",
                "{reasonHeader: yes} | reasonHeader: yes (expected: true or false)",
                "{timeouts: {linger: 0s}} | timeouts.linger: \"0s\" (expected: longer than 0s, at most 365d)",
                "{timeouts: {keepAlive: 999ms}} | timeouts.keepAlive: \"999ms\" (expected: whole seconds, 1s to 32400s)",
                "{timeouts: {keepAlive: 1500ms}} | timeouts.keepAlive: \"1500ms\" (expected: whole seconds, 1s to 32400s)",
                "{timeouts: {keepAlive: 10h}} | timeouts.keepAlive: \"10h\" (expected: whole seconds, 1s to 32400s)",
                "{timeouts: {idle: 0s}} | timeouts.idle: \"0s\" (expected: longer than 0s, at most 365d)",
                "{forwarded: {trustedProxies: [10.0.0.0/40]}} | forwarded.trustedProxies[0]: \"10.0.0.0/40\" (expected: an IP address, or one with /bits as in 10.0.0.0/8)",
            })
    void wrongListenerSetting_isNamedWithItsWholePath(String settings, String fault) {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", "defaults: {listener: " + settings + "}"))
                .singleElement()
                .asString()
                .endsWith(": defaults.listener." + fault);
    }

    @Test
    void star_withoutQuotes_isExplained() {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", "routes: [{host: *.example.com, service: s}]"))
                .first()
                .asString()
                .contains("needs quotes, as in \"*.example.com\"");
    }

    @Test
    void aliasesAndAnchors_areRefused() {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", "defaults: &d {}", "services: *d"))
                .anyMatch(fault -> fault.contains("an anchor (expected: no anchors)"))
                .anyMatch(fault -> fault.contains("an alias (expected: the value itself)"));
    }

    @Test
    void keyGivenTwice_isAFaultAtTheSecond() {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", "drain: 1s", "drain: 2s"))
                .containsExactly("penstock.yaml:3:1: drain: given twice (expected: once); first in line 2");
    }

    @Test
    void severalDocuments_areRefused() {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", "---", "listeners: []"))
                .singleElement()
                .asString()
                .contains("a second document (expected: one document in a file)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "---", "\n\n"})
    void emptyFile_isRefused(String text) {
        assertThat(Read.faultsOf("penstock.yaml", text)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listeners: [",
                "listeners:\n\t- a",
                "a: b: c",
                "'",
                "{",
                "%YAML 9.9\n---\na: 1",
                "? [a]\n: b",
                "!!binary x"
            })
    void brokenYaml_isRefusedWithItsPlace(String text) {
        assertThat(Read.faultsOf("penstock.yaml", text))
                .isNotEmpty()
                .allMatch(
                        fault -> fault.matches("(?s)penstock\\.yaml(:[0-9]+:[0-9]+)?: [^\n]+"), "one line, with file");
    }

    @Test
    void brokenJson_isRefusedWithItsPlace() {
        assertThat(Read.faultsOf("penstock.json", "{\"listeners\": [\n  127.0]}"))
                .isNotEmpty();
        assertThat(Read.faultsOf("penstock.json", "{\"listeners\": \n  nope}"))
                .singleElement()
                .asString()
                .startsWith("penstock.json:2:");
    }

    @Test
    void tooDeep_isRefused() {
        assertThat(Read.faultsOf("penstock.yaml", "[".repeat(60) + "]".repeat(60)))
                .hasSize(1);
        assertThat(Read.faultsOf("penstock.json", "[".repeat(60) + "]".repeat(60)))
                .hasSize(1);
        assertThat(Read.faultsOf("penstock.yaml", "[".repeat(100_000))).hasSize(1);
    }

    @Test
    void manyFaults_areCutAtAHundred() {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", "routes: [" + "{},".repeat(5_000) + "]"))
                .hasSize(100);
    }

    @Test
    void catalogs_faultsHaveTheirPlace() {
        assertThat(Read.faults(
                        "listeners: [':0']",
                        "catalogs:",
                        "  - from: 'docker'",
                        "    allowHosts: ['a b', '*.x.test:80', ok.test]",
                        "  - {allowHosts: a.test}",
                        "  - ''",
                        "  - {from: 'docker://', allowPorts: [53, 9-1, 1-x]}"))
                .containsExactly(
                        "penstock.yaml:3:5: catalogs[0].from: \"docker\" (expected: a URI as in docker://)",
                        "penstock.yaml:4:18: catalogs[0].allowHosts[0]: \"a b\" (expected: a host name without port, as in"
                                + " www.example.com or \"*.example.com\")",
                        "penstock.yaml:4:25: catalogs[0].allowHosts[1]: \"*.x.test:80\" (expected: a host name without port,"
                                + " as in www.example.com or \"*.example.com\")",
                        "penstock.yaml:5:5: catalogs[1].from: missing (expected: a URI as in docker://)",
                        "penstock.yaml:6:5: catalogs[2]: nothing (expected: a URI as in docker://)",
                        "penstock.yaml:7:42: catalogs[3].allowPorts[1]: \"9-1\" (expected: ports as in 53 or 1024-65535)",
                        "penstock.yaml:7:47: catalogs[3].allowPorts[2]: \"1-x\" (expected: ports as in 53 or 1024-65535)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retryBodies: 1MB | retryBodies: \"1MB\" (expected: a number of bytes, or with a unit as in 8KiB, 1MiB or 2GiB)",
                "retryBodies: 999999999999GiB | retryBodies: \"999999999999GiB\" (expected: 0 bytes or more)",
                "idleConnections: 1000001 | idleConnections: 1000001 (expected: a whole number in 0..1000000)",
            })
    void wrongSettingOfTheProgram_isNamed(String setting, String fault) {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", setting))
                .singleElement()
                .asString()
                .endsWith(": " + fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "statusLine: 63 | statusLine: 63 (expected: 64..1048576 bytes)",
                "headers: 2MiB | headers: \"2MiB\" (expected: 64..1048576 bytes)",
                "headerCount: 0 | headerCount: 0 (expected: a whole number in 1..10000)",
                "chunkLine: 2MiB | chunkLine: \"2MiB\" (expected: 64..1048576 bytes)",
                "connectionNames: 1001 | connectionNames: 1001 (expected: a whole number in 1..1000)",
                "idle: -1 | idle: -1 (expected: a whole number in 0..65536)",
                "interims: 0 | interims: 0 (expected: a whole number in 1..10000)",
                "header: 1KiB | header: unknown key (expected: one of requests, perEndpoint, queue, wait, shed, adaptive,"
                        + " idle, statusLine, headers, headerCount, chunkLine, connectionNames, interims); did you mean \"headers\"?",
            })
    void wrongLimitOfAService_isNamed(String limit, String fault) {
        assertThat(Read.faults("listeners: [127.0.0.1:0]", "services: {s: {endpoints: [], limits: {" + limit + "}}}"))
                .singleElement()
                .asString()
                .endsWith(": services.s.limits." + fault);
    }
}
