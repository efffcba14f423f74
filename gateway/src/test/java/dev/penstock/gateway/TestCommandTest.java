package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCommandTest {
    @TempDir
    Path directory;

    private final InProcess program = new InProcess(Map.of());
    private String file = "";

    @BeforeEach
    void write() throws Exception {
        file = write("penstock.yaml", """
                listeners: [{address: 127.0.0.1:0, name: web, noRoute: 503}]
                routes:
                  - {name: api, host: www.example.com, path: /api, service: orders}
                  - {name: admin, host: admin.test, service: site, middleware: [{addresses: {allow: [10.0.0.0/8]}}]}
                  - {name: empty, host: empty.test, service: empty}
                  - {name: unused, host: unused.test, service: site}
                services:
                  orders: {endpoints: [127.0.0.1:1]}
                  site: {endpoints: [127.0.0.1:2]}
                  empty: {endpoints: [], fallback: site}
                """);
    }

    private String write(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @Test
    void test_thatPasses_tellsTheRoutesThatNoCaseCameTo() throws Exception {
        String cases = write("cases.yaml", """
                cases:
                  - request: GET http://www.example.com/api/1
                    expect: {route: api, service: orders, endpoint: 127.0.0.1:1}
                  - {request: "http://admin.test/", client: 9.9.9.9, expect: {route: admin, answer: 403}}
                  - {request: "http://admin.test/", client: 10.1.1.1, expect: {service: [orders, site], endpoint: 127.0.0.1:2}}
                  - {request: "http://empty.test/", expect: {route: empty, service: site}}
                  - {request: "/", expect: {answer: 503}}
                """);

        assertThat(program.run("test", "-f", file, cases))
                .as(program.out() + program.err())
                .isZero();
        assertThat(program.out()).isEqualTo("5 passed, 0 failed; 3 of 4 routes reached, not: \"unused\"\n");
    }

    @Test
    void test_thatFails_saysWhereWhatAndWhatWasExpected() throws Exception {
        String first = write("first.yaml", """
                cases:
                  - request: GET http://www.example.com/apix
                    expect: {service: orders, route: api}
                  - name: people outside
                    request: http://admin.test/
                    client: 9.9.9.9
                    expect: {endpoint: 127.0.0.1:2, answer: [401, 404]}
                """);
        String second = write("second.json", """
                {"cases": [{"request": "http://unused.test/", "expect": {"route": "unused"}}]}
                """);

        assertThat(program.run("test", "-f", file, first, second)).isEqualTo(2);
        assertThat(program.out())
                .isEqualTo(first + ":2: GET http://www.example.com/apix: route: none (expected: api); service: none"
                        + " (expected: orders)\n"
                        + first
                        + ":4: people outside: endpoint: none (expected: 127.0.0.1:2); answer: \"403\" (expected: 401 or"
                        + " 404)\n1 passed, 2 failed; 2 of 4 routes reached, not: \"api\", \"empty\"\n");
    }

    @Test
    void test_ofARequestThatTheGatewayAnswers_findsNoService() throws Exception {
        String cases = write("cases.yaml", """
                cases: [{request: "http://admin.test/", client: 9.9.9.9, expect: {service: site, answer: 403}}]
                """);

        assertThat(program.run("test", "-f", file, cases)).isEqualTo(2);
        assertThat(program.out()).contains("http://admin.test/: service: none (expected: site)\n0 passed, 1 failed");
    }

    @Test
    void test_thatGoesBySourcesThatAreNotAsked_saysSo() throws Exception {
        String found = write("found.yaml", """
                listeners: ["127.0.0.1:0"]
                routes: [{name: all, service: found}]
                services: {found: {discover: "consul://127.0.0.1:1/x", fallback: site}, site: {endpoints: ["127.0.0.1:2"]}}
                """);
        String cases = write("cases.yaml", "cases: [{request: /, expect: {service: site}}]\n");

        assertThat(program.run("test", "-f", found, cases)).as(program.err()).isZero();
        assertThat(program.out()).isEqualTo("""
                1 passed, 0 failed; 1 of 1 routes reached
                note: not asked, though they may know more endpoints: the sources of "found"
                """);
    }

    @Test
    void test_ofFilesThatCannotBeRead_saysEachFault() throws Exception {
        assertThat(program.run("test", "-f", file)).isEqualTo(2);
        assertThat(program.run(
                        "test", "-f", file, directory.resolve("none.yaml").toString()))
                .isEqualTo(2);
        assertThat(program.run("test", "-f", write("broken.yaml", "listeners: [x"), file))
                .isEqualTo(2);
        assertThat(program.err())
                .contains("Missing required parameter: 'CASES'")
                .contains("none.yaml: unable to open file: no such file")
                .contains("broken.yaml:");
    }
}
