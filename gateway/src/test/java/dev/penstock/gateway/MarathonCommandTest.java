package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MarathonCommandTest {
    private static final int SIGTERM = 15;

    private static void refused(Map<String, String> variables, String line, String... problem) {
        var program = new InProcess(variables);
        assertThat(program.run(line.split(" "))).as(program.err()).isEqualTo(2);
        assertThat(program.err()).contains(problem).contains("Usage: penstock marathon");
    }

    @Test
    void E09_nothingToFollow_isHelpAndStatus1() {
        var program = new InProcess(Map.of("MARATHON_URL", " "));
        assertThat(program.run("marathon")).isEqualTo(1);
        assertThat(program.err())
                .contains("nothing to follow (expected: --marathon, --registrator, or both)")
                .contains("Usage: penstock marathon")
                .contains("-m, --marathon")
                .doesNotContain("--pen-servers");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--pen-servers=64 | --pen-servers: given (expected: not given; there is no Pen",
                "--pen-clients=9  | --max-connections",
                "--haproxy        | com.meltwater.proxymatic.port.N.mode",
                "--proxy-protocol | proxyProtocol",
                "-i 0             | --refresh-interval: \"0\" (expected: seconds in 1..3600)",
                "-i 1m            | --refresh-interval: \"1m\"",
                "--group-size=0   | group: \"0\"",
                "-c ftp://x/      | callback: ",
                "--vhost-domain=a..b | a..b",
                "-r nothing       | --registrator: \"nothing\" (expected: a URI as in etcd://",
            })
    void X05_badOptions_areUsageAndStatus2(String option, String problem) {
        refused(Map.of(), "marathon -m http://127.0.0.1:1/ " + option, problem);
    }

    @ParameterizedTest
    @CsvSource({"PEN_SERVERS,64", "PEN_CLIENTS,8192", "HAPROXY,true", "PROXY_PROTOCOL,true", "EXPOSE_HOST,perhaps"})
    void X05_badVariables_areUsageAndStatus2(String variable, String value) {
        refused(Map.of(variable, value), "marathon -m http://127.0.0.1:1/", "(expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h/",
                "h:8080",
                "http://h:8080/marathon",
                "http://h/?x=1",
                "http://",
                ",",
                "http://a/,https://b/",
                "http://me@a/,http://you@b/"
            })
    void X05_badMasters_areUsageAndStatus2(String urls) {
        refused(Map.of(), "marathon -m " + urls, "--marathon: ", "(expected: URLs of masters");
    }

    @Test
    void X05_secretsOfMasters_areNotSaid() {
        var program = new InProcess(Map.of());
        assertThat(program.run("marathon", "-m", "http://me:s3cret@a/x")).isEqualTo(2);
        assertThat(program.err()).doesNotContain("s3cret");
    }

    @Test
    void X05_urls_areTheMembersOfACatalog() {
        assertThat(MarathonUrls.parse("http://marathon-01:8080/,http://marathon-02/")
                        .catalog())
                .isEqualTo("marathon://marathon-01:8080,marathon-02:80");
        MarathonUrls secure = MarathonUrls.parse("https://me:p%40ss@[::1]/, ");
        assertThat(secure.catalog()).isEqualTo("marathon://me:p%40ss@[::1]:443");
        assertThat(secure.tls()).isTrue();
    }

    @Test
    void X05_flag_winsOverItsVariable_andTheStatusIsToldWhereAsked() throws Exception {
        try (var marathon = FakeMarathon.start()) {
            String status = "127.0.0.1:" + FreePorts.next();
            var program = new InProcess(Map.of("MARATHON_URL", "no-url", "STATUS_ENDPOINT", status));
            CompletableFuture<Integer> running =
                    program.start("marathon", "-m", "http://" + marathon.address() + "/", "--listen=127.0.0.1");
            eventually(
                    Packaged.SOON,
                    () -> assertThat(program.out() + program.err()).contains("admin http://" + status));
            eventually(Packaged.SOON, () -> assertThat(marathon.reads()).isPositive());
            program.signal(SIGTERM);
            assertThat(InProcess.status(running)).as(program.err()).isZero();
        }
    }

    @Test
    void X05_variablesThatAreOff_areLikeNone() {
        var off = new InProcess(Map.of("HAPROXY", "false", "PROXY_PROTOCOL", "0", "EXPOSE_HOST", "FALSE"));
        assertThat(off.run("marathon", "-m", "http://127.0.0.1:1/", "-i", "0")).isEqualTo(2);
        assertThat(off.err())
                .contains("--refresh-interval: \"0\"")
                .doesNotContain("--haproxy: given", "--proxy-protocol: given", "EXPOSE_HOST: ");
    }

    /** As docs/docs/ports.md of Marathon 1.4 has it, with tasks as rest-api/public/api/v2/examples/tasks.json. */
    private static void deploy(FakeMarathon marathon, String id, int servicePort, StubBackend... tasks) {
        marathon.deploy(
                "{\"id\": \"/" + id + "\", \"version\": \"2014-09-12T23:28:21.737Z\", \"portDefinitions\": [{\"port\": "
                        + servicePort + ", \"protocol\": \"tcp\"}]}",
                Stream.of(tasks)
                        .map(task ->
                                "{\"id\": \"" + id + "." + task.port() + "\", \"appId\": \"/" + id + "\", \"host\":"
                                        + " \"127.0.0.1\", \"state\": \"TASK_RUNNING\", \"ports\": [" + task.port()
                                        + "], \"servicePorts\": [" + servicePort + "]}")
                        .toArray(String[]::new));
    }

    private static void eventuallyHears(int port, String said) {
        eventually(Packaged.SOON, () -> assertThat(RegistratorPorts.hear(port)).isEqualTo(said));
    }

    @Test
    void E08_E09_marathonAndRegistrator_areBothLive_andThePortOfBothIsMarathons(@TempDir Path folder) throws Exception {
        int both = FreePorts.next();
        int other = FreePorts.next();
        try (var registered = new RegistratorPorts(folder);
                var marathon = FakeMarathon.start();
                var ofMarathon = RegistratorPorts.backend("m");
                var ofRegistrator = RegistratorPorts.backend("r")) {
            registered.put("services/web/h1:web.0:" + both, ofRegistrator.address());
            registered.put("services/db/h1:db.0:" + other, ofRegistrator.address());
            deploy(marathon, "shop", both, ofMarathon);
            var program = new InProcess(Map.of("STATUS_ENDPOINT", ""));
            CompletableFuture<Integer> running = program.start(
                    "marathon",
                    "-m",
                    "http://" + marathon.address() + "/",
                    "-r",
                    registered.uri("services"),
                    "-i",
                    "1",
                    "--listen=127.0.0.1");
            eventuallyHears(other, "r");
            eventuallyHears(both, "m");
            deploy(marathon, "shop", both); // its last task ends: the port is registrator's
            eventuallyHears(both, "r");
            deploy(marathon, "shop", both, ofMarathon);
            eventuallyHears(both, "m");
            registered.delete("services/db/h1:db.0:" + other);
            eventuallyHears(other, "closed");
            program.signal(SIGTERM);
            assertThat(InProcess.status(running)).as(program.err()).isZero();
        }
    }

    private static String get(int port, String path) throws IOException {
        try (var client = RawClient.connect(port)) {
            return client.get("admin", path).text();
        }
    }

    @Test
    void M06_portsOfCallbacksAndStatus_areNoServicePorts_andNothingElseStops(@TempDir Path folder) throws Exception {
        int callback = FreePorts.next();
        int other = FreePorts.next();
        int statusPort = FreePorts.next();
        String status = "127.0.0.1:" + statusPort;
        try (var registered = new RegistratorPorts(folder);
                var marathon = FakeMarathon.start();
                var backend = RegistratorPorts.backend("m")) {
            marathon.allowSubscriptions();
            deploy(marathon, "calls", callback, backend);
            deploy(marathon, "admin", statusPort, backend);
            deploy(marathon, "other", other, backend);
            registered.put("services/late/h1:late.0:" + callback, backend.address());
            var program = new InProcess(Map.of("STATUS_ENDPOINT", status));
            CompletableFuture<Integer> running = program.start(
                    "marathon",
                    "-m",
                    "http://" + marathon.address() + "/",
                    "-r",
                    registered.uri("services"),
                    "-c",
                    "http://127.0.0.1:" + callback + "/",
                    "-i",
                    "3600", // so that it is the callback that has the list read
                    "--listen=127.0.0.1");
            eventuallyHears(other, "m");
            eventually(
                    Packaged.SOON,
                    () -> assertThat(get(statusPort, "/state"))
                            .contains("service port " + callback + ": events come in there")
                            .contains("late:" + callback)
                            .contains("admin:" + statusPort));
            assertThat(get(statusPort, "/status")).startsWith("OK");
            eventually(Packaged.SOON, () -> assertThat(marathon.subscribed()).isNotEmpty());
            long before = marathon.reads();
            try (var events = RawClient.connect(callback)) {
                assertThat(events.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
                                .status())
                        .isEqualTo(200);
            }
            eventually(Packaged.SOON, () -> assertThat(marathon.reads()).isGreaterThan(before));
            program.signal(SIGTERM);
            assertThat(InProcess.status(running)).as(program.err()).isZero();
        }
    }
}
