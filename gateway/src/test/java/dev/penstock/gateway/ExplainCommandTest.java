package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
    private static final String ADMIN = "http://admin.test/";

    @TempDir
    Path directory;

    private final InProcess program = new InProcess(Map.of());
    private String file = "";

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(directory.resolve("penstock.yaml"), """
                        listeners: [{address: 127.0.0.1:0, name: web}, {address: 127.0.0.1:8181, name: inside}]
                        routes:
                          - {host: www.example.com, path: /api, service: orders, middleware: [{stripPrefix: /api}]}
                          - {host: www.example.com, headers: {X-Beta: yes}, service: site}
                          - {host: admin.test, service: site, middleware: [{addresses: {allow: [10.0.0.0/8]}}]}
                          - {host: inside.test, listeners: inside, service: site}
                        services:
                          orders:
                            balancer: p2c
                            health: {check: {path: /health}}
                            endpoints: [127.0.0.1:1, {address: spare.invalid:80, priority: 1}, {address: 127.0.0.1:2, weight: 0}]
                          site: {endpoints: ["127.0.0.1:3"]}
                        """).toString();
    }

    private String explained(String... request) {
        String[] arguments = new String[request.length + 3];
        arguments[0] = "explain";
        arguments[1] = "-f";
        arguments[2] = file;
        System.arraycopy(request, 0, arguments, 3, request.length);
        var asked = new InProcess(Map.of());
        assertThat(asked.run(arguments)).as(asked.err()).isZero();
        return asked.out();
    }

    @Test
    void explain_tellsRoutesMiddlewareEndpointsAndAttempts_inTheOrderAsked() {
        assertThat(explained("GET http://www.example.com/api/x")).isEqualTo("""
                GET http://www.example.com/api/x by listener "web"
                routes, in the order asked:
                  "www.example.com/api": matches
                middleware:
                  strip /api: would make the path /x
                service "orders"
                  limits: 0 of 8192 at once, 0 waiting
                  127.0.0.1:1: weight 1, 0 in flight  <- picked
                  spare.invalid:80: weight 1, 0 in flight
                  127.0.0.1:2: no, weight 0
                  tier 0 serves, with 1 to pick from
                  tier 1 stands by, with 1 to pick from
                goes to 127.0.0.1:1; were that to fail, to spare.invalid:80
                """);
    }

    @Test
    void explain_ofARequestThatMatchesNoRoute_saysWhatFailed() {
        assertThat(explained("POST http://www.example.com/", "-H", "X-Beta: no"))
                .contains("\"www.example.com/api\": no, path: / (expected: prefix /api)")
                .contains("\"www.example.com\": no, header X-Beta: another value (expected: yes)")
                .contains("(and 2 routes of other hosts)")
                .endsWith("is refused: no route matches\n");
    }

    @Test
    void explain_goesByHeadersClientAndListener() {
        assertThat(explained("http://www.example.com/", "-H", "x-beta: yes")).contains("goes to 127.0.0.1:3");
        assertThat(explained(ADMIN, "--client", "9.9.9.9"))
                .contains("would answer 403 address_denied")
                .endsWith("goes to no endpoint: the middleware answers it\n");
        assertThat(explained(ADMIN, "--client", "10.0.0.1")).endsWith("goes to 127.0.0.1:3\n");
        assertThat(explained("http://inside.test/"))
                .contains("by listener \"web\"")
                .endsWith("no route matches\n");
        assertThat(explained("http://inside.test:8181/"))
                .contains("by listener \"inside\"")
                .endsWith("goes to 127.0.0.1:3\n");
        assertThat(explained("http://inside.test/", "--listener=inside")).endsWith("goes to 127.0.0.1:3\n");
        assertThat(explained("https://www.example.com/api")).startsWith("https://www.example.com/api by no listener\n");
    }

    @Test
    void explain_tellsRoutesOfOtherHosts_ifAsked() {
        assertThat(explained("http://nobody.test/")).contains("(and 4 routes of other hosts)");
        assertThat(explained("http://nobody.test/", "--all"))
                .contains("\"admin.test\": no, host: nobody.test (expected: admin.test)");
    }

    @Test
    void explain_contactsNobody_andSaysSo() throws Exception {
        try (var source = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + source.getLocalPort();
            Files.writeString(
                    Path.of(file),
                    String.join(
                            "\n",
                            "listeners: [\"127.0.0.1:0\"]",
                            "routes: [{service: found}]",
                            "services:",
                            "  found: {discover: \"consul://" + address
                                    + "/x\", health: {check: {path: /}}, endpoints: [\"" + address + "\"]}",
                            "catalogs: [\"marathon://" + address + "\"]"));

            assertThat(explained("/"))
                    .contains("goes to " + address)
                    .contains("note: not asked, though they may know more endpoints: the sources of \"found\"\n")
                    .contains("note: not asked, though they may define more routes and services: the catalogs\n");
            source.setSoTimeout(1); // whoever connected waits in line
            assertThat(catchThrowable(source::accept)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void explain_ofWhatIsNone_saysWhatIsExpected() {
        assertThat(program.run("explain", "-f", file, "ftp://x")).isEqualTo(2);
        assertThat(program.run("explain", "-f", file, "GET http://a_b,c/")).isEqualTo(2);
        assertThat(program.run("explain", "-f", file, "/", "--client", "me")).isEqualTo(2);
        assertThat(program.run("explain", "-f", file, "/", "-H", "none")).isEqualTo(2);
        assertThat(program.run("explain", "-f", file, "/", "-H", "X A: blank")).isEqualTo(2);
        assertThat(program.run("explain", "-f", file, "/", "-H", "X: a\r\nY: b"))
                .isEqualTo(2);
        assertThat(program.run("explain", "-f", file, "/", "--listener", "wbe")).isEqualTo(2);
        assertThat(program.run("explain", "/")).isEqualTo(2);
        assertThat(program.run("explain", "-f", file)).isEqualTo(2);
        assertThat(program.run("explain", "-f", directory.resolve("none.yaml").toString(), "/"))
                .isEqualTo(2);
        assertThat(program.err())
                .contains("request: \"ftp://x\" (expected: a method and a URL, as in GET https://www.example.com/x)")
                .contains("host: \"a_b,c\" (expected: ")
                .contains("client: \"me\" (expected: an IP address)")
                .contains("header: \"none\" (expected: NAME: VALUE)")
                .contains("header: \"X A: blank\" (expected: NAME: VALUE)")
                .contains("header: \"X: a??Y: b\" (expected: NAME: VALUE)")
                .contains("listener: \"wbe\" (expected: one of inside, web); did you mean \"web\"?")
                .contains("no configuration (expected: -f FILE, PENSTOCK_CONFIG, or the file")
                .contains("Missing required parameter: 'REQUEST'")
                .contains("unable to open file: no such file");
    }
}
