package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.config.RequestCase.Aspect;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCasesTest {
    private static final List<ListenerSpec> LISTENERS = Read.yaml(
                    "listeners:",
                    "  - {address: 127.0.0.1:8080, name: web}",
                    "  - {address: 127.0.0.1:8081, name: inside}",
                    "  - {address: 127.0.0.1:5432, name: db, tcp: {service: db}}",
                    "services: {db: {endpoints: [127.0.0.1:1]}}")
            .catalog()
            .listeners();

    private static List<RequestCase> read(String... lines) {
        return RequestCases.read("cases.yaml", String.join("\n", lines) + "\n", LISTENERS);
    }

    private static List<String> faults(String... lines) {
        var exception = catchThrowableOfType(ConfigurationException.class, () -> read(lines));
        return exception.faults().stream().map(Fault::toString).toList();
    }

    @Test
    void headersThatAreNone_areFaultsWithTheirPlaces() {
        assertThat(faults(
                        "cases:",
                        "  - request: GET http://a.test/",
                        "    headers:",
                        "      X A: b",
                        "      X-B: \"a\\tb\"",
                        "      X-C: \"a\\nb\"",
                        "    expect: {answer: 404}"))
                .satisfiesExactly(
                        fault -> assertThat(fault)
                                .contains("cases.yaml:4:", "headers.X A: not the name of a header (expected: "),
                        fault -> assertThat(fault)
                                .contains("cases.yaml:6:", "headers.X-C: ", "(expected: a value without control"));
    }

    @Test
    void read_takesAllOfACase_wheneverItsKeysCome() {
        List<RequestCase> cases = read(
                "cases:",
                "  - expect: {route: a, service: [b, c], endpoint: d, answer: 404}",
                "    listener: inside",
                "    client: ::1",
                "    headers: {X-One: 1, Accept: text/html}",
                "    request: HEAD http://WWW.Example.com:8080/x?y=1",
                "    name: all",
                "  - {request: /, expect: {answer: 404}}");

        var one = cases.get(0).request();
        assertThat(cases.get(0).name()).isEqualTo("all");
        assertThat(cases.get(0).line()).isEqualTo(2);
        assertThat(cases.get(0).expected())
                .isEqualTo(Map.of(
                        Aspect.ROUTE,
                        List.of("a"),
                        Aspect.SERVICE,
                        List.of("b", "c"),
                        Aspect.ENDPOINT,
                        List.of("d"),
                        Aspect.ANSWER,
                        List.of("404")));
        assertThat(List.of(one.method(), one.scheme(), one.host(), one.path(), one.query(), one.listener()))
                .containsExactly("HEAD", "http", "www.example.com", "/x", "y=1", "inside");
        assertThat(one.client()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(one.headers()).isEqualTo(Map.of("x-one", "1", "accept", "text/html"));
        assertThat(cases.get(1).name()).isEqualTo("/");
        assertThat(cases.get(1).request().method()).isEqualTo("GET");
    }

    @Test
    void read_ofSeveralFaults_tellsAll_withPlaceAndExpectation() {
        assertThat(faults(
                        "cases:",
                        "  - {request: 'ftp://x', expect: {answer: 404}}",
                        "  - {request: /, client: me, listener: db2, expect: {servce: x}}",
                        "  - {expect: {}}",
                        "  - {request: /}"))
                .containsExactly(
                        "cases.yaml:2:6: cases[0].request: \"ftp://x\" (expected: a method and a URL, as in GET"
                                + " https://www.example.com/x)",
                        "cases.yaml:3:18: cases[1].client: \"me\" (expected: an IP address)",
                        "cases.yaml:3:30: cases[1].listener: \"db2\" (expected: one of web, inside, db)",
                        "cases.yaml:3:54: cases[1].expect.servce: unknown key (expected: one of route, service, endpoint,"
                                + " answer); did you mean \"service\"?",
                        "cases.yaml:4:5: cases[2].request: missing (expected: a request as in GET"
                                + " https://www.example.com/x)",
                        "cases.yaml:4:6: cases[2].expect: nothing (expected: one of route, service, endpoint, answer)",
                        "cases.yaml:5:5: cases[3].expect: missing (expected: one of route, service, endpoint, answer)");
        assertThat(faults("cases: []"))
                .containsExactly("cases.yaml:1:1: cases: an empty list (expected: at least one case)");
        assertThat(faults("other: 1")).hasSize(2);
        assertThat(faults("")).containsExactly("cases.yaml: empty (expected: at least listeners)");
    }

    @Test
    void requestText_choosesTheListener_byThePort_thenByTls() {
        assertThat(RequestText.read("http://a.test:8081/x", LISTENERS).listener())
                .isEqualTo("inside");
        assertThat(RequestText.read("http://a.test:1/x", LISTENERS).listener()).isEqualTo("web");
        assertThat(RequestText.read("PUT /x", LISTENERS).listener()).isEqualTo("web");
        List<ListenerSpec> usual = List.of(LISTENERS.get(0), LISTENERS.get(1).withPort(80));
        assertThat(RequestText.read("http://a.test/x", usual).listener()).isEqualTo("inside");
        assertThat(RequestText.read("/x", usual).listener()).isEqualTo("web");
        assertThat(RequestText.read("https://a.test/x", LISTENERS).listener()).isEmpty();
        assertThat(RequestText.read("http://a.test?x", LISTENERS).query()).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "GET", "GET  x", "GE T /", "tcp://a", "GET http://a b/", "http://a.test/#x", "http://[x/"})
    void requestText_ofNoRequest_saysWhatIsExpected(String text) {
        assertThatThrownBy(() -> RequestText.read(text, LISTENERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }
}
