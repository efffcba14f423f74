package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.middleware.Middleware;
import java.util.List;
import org.junit.jupiter.api.Test;

class MiddlewareDecoderTest {
    private static List<String> faults(String piece) {
        return Read.faults(
                "listeners: [127.0.0.1:0]",
                "services: {s: {endpoints: a:1}}",
                "routes:",
                "  - service: s",
                "    middleware:",
                "      - " + piece);
    }

    @Test
    void read_everyPiece_inItsOrder() throws Exception {
        var cart = Read.reader().read("every-key.yaml", Read.everyKey()).catalog().routes().stream()
                .filter(spec -> spec.route().name().equals("cart"))
                .findFirst()
                .orElseThrow();

        assertThat(cart.middleware())
                .extracting(Middleware::text)
                .containsExactly(
                        "addresses, allow [10.0.0.0/8, ::1], deny [10.1.0.0/16]",
                        "basic authentication, 1 users",
                        "rate 100 in 60000 ms, 20 at once, by header X-Key",
                        "in flight up to 50",
                        "body up to 1048576 bytes",
                        "redirect 308 to https://www.example.com:8443/cart",
                        "strip /cart, /basket",
                        "add prefix /v1",
                        "replace path by /index.html",
                        "respond 503",
                        "request headers, remove X-Gone, set X-Team, add X-More",
                        "answer headers, remove Server, set X-Frame-Options, add X-More",
                        "compress from 1024 bytes",
                        "split 5% to site");
    }

    @Test
    void faults_sayWhereAndWhatWasExpected() {
        assertThat(faults("{stripPrefix: /a, addPrefix: /b}"))
                .singleElement()
                .asString()
                .isEqualTo(
                        "penstock.yaml:6:9: routes[0].middleware[0]: several (expected: exactly one key in each item)");
        assertThat(faults("{addPrefix: a/b}")).singleElement().asString().contains("routes[0].middleware[0].addPrefix");
        assertThat(faults("{answer: {set: {Content-Length: 1}}}"))
                .singleElement()
                .asString()
                .contains("Content-Length");
        assertThat(faults("{redirect: {status: 308}}"))
                .singleElement()
                .asString()
                .contains("to nowhere else");
        assertThat(faults("{redirect: {scheme: ftp}}"))
                .singleElement()
                .asString()
                .contains("http or https");
        assertThat(faults("{respond: 302}"))
                .singleElement()
                .asString()
                .isEqualTo("penstock.yaml:6:10: routes[0].middleware[0].respond: 302 (expected: 200, or 400..599)");
        assertThat(faults("{split: {s: 101}}")).isNotEmpty();
        assertThat(faults("{addresses: {}}")).singleElement().asString().contains("allow, deny or both");
        assertThat(faults("{rate: {}}")).singleElement().asString().contains("rate.requests: missing");
        assertThat(faults("{strip: /a}")).isNotEmpty();
        assertThat(faults("{compress: {types: []}}"))
                .singleElement()
                .asString()
                .isEqualTo(
                        "penstock.yaml:6:10: routes[0].middleware[0].compress: types: none (expected: at least one)");
        for (String scalar : List.of("addresses: 10.0.0.1", "redirect: https", "request: X", "split: s")) {
            assertThat(faults("{" + scalar + "}"))
                    .as(scalar)
                    .singleElement()
                    .asString()
                    .startsWith("penstock.yaml:6:10: ");
        }
        assertThat(faults("{rate: {requests: 1, period: 1d, burst: 1000000}}"))
                .singleElement()
                .asString()
                .contains("within 365 days");
    }

    @Test
    void passwords_areNotShown() {
        assertThat(faults("{basicAuth: {users: {ann: hunter2}}}"))
                .singleElement()
                .asString()
                .contains("users.ann: a password (expected: pbkdf2_sha256$")
                .doesNotContain("hunter2");
    }

    @Test
    void basicAuth_takesAFileOfUsers_andNeedsOneOrUsers() {
        assertThat(faults("{basicAuth: {usersFile: /run/users}}")).isEmpty();
        assertThat(faults("{basicAuth: {usersFile: /run/users, realm: staff, forward: true}}"))
                .isEmpty();
        assertThat(faults("{basicAuth: {usersFile: \"\"}}"))
                .singleElement()
                .asString()
                .contains("usersFile");
        assertThat(faults("{basicAuth: {users: {}, usersFile: /run/users}}")).hasSize(1);
        assertThat(faults("{basicAuth: {realm: staff}}"))
                .singleElement()
                .asString()
                .contains("users: none (expected: at least one, or a file)");
    }
}
