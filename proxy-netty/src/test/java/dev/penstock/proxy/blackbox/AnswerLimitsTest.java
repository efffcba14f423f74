package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.AnswerLimits;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Heads of answers: taken up to what their service allows, and no longer. */
@ExtendWith(LeakExtension.class)
class AnswerLimitsTest {
    private static final AnswerLimits SMALL = AnswerLimits.defaults()
            .withHead(100, 200, 5)
            .withChunkLineBytes(64)
            .withConnectionNames(3)
            .withInterims(2);

    /** What a head is made as long of as it may be. */
    enum Part {
        LINE("http_protocol_error") {
            @Override
            String head(AnswerLimits limits, int beyond) {
                String line = "HTTP/1.1 200 ";
                return line + "r".repeat(limits.statusLineBytes() + beyond - line.length()) + "\r\n" + LENGTH;
            }
        },
        FIELDS("http_response_header_section_size") {
            @Override
            String head(AnswerLimits limits, int beyond) {
                String name = "X: ";
                int rest = limits.headerBytes() + beyond - LENGTH.length() - name.length() - 2;
                return "HTTP/1.1 200 OK\r\n" + LENGTH + name + "v".repeat(rest) + "\r\n";
            }
        },
        COUNT("http_response_header_section_size") {
            @Override
            String head(AnswerLimits limits, int beyond) {
                return "HTTP/1.1 200 OK\r\n" + LENGTH + "X: v\r\n".repeat(limits.headerCount() + beyond - 1);
            }
        },
        NAMES("http_protocol_error") {
            @Override
            String head(AnswerLimits limits, int beyond) {
                String names = "a" + ",a".repeat(limits.connectionNames() + beyond - 1);
                return "HTTP/1.1 200 OK\r\n" + LENGTH + "Connection: " + names + "\r\n";
            }
        },
        INTERIMS("http_protocol_error") {
            @Override
            String head(AnswerLimits limits, int beyond) {
                String early = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(limits.interims() + beyond);
                return early + "HTTP/1.1 200 OK\r\n" + LENGTH;
            }
        };

        private static final String LENGTH = "Content-Length: 2\r\n";
        private final String reason;

        Part(String reason) {
            this.reason = reason;
        }

        abstract String head(AnswerLimits limits, int beyond);

        String answer(AnswerLimits limits, int beyond) {
            return head(limits, beyond) + "\r\nok";
        }
    }

    private static ServiceSpec site(StubBackend backend, AnswerLimits limits) {
        return ServiceSpec.of("site", backend.address()).withAnswers(limits);
    }

    private static RawResponse get(Gateway gateway) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            return client.get("a.test", "/");
        }
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void head_asLongAsMayBe_isPassedOn_andNoLongerOne(Part part) throws Exception {
        for (AnswerLimits limits : List.of(SMALL, AnswerLimits.defaults())) {
            try (var longest = StubBackend.answering(part.answer(limits, 0));
                    var longer = StubBackend.answering(part.answer(limits, 1));
                    var taken = Setup.start(site(longest, limits));
                    var refused = Setup.start(site(longer, limits))) {
                assertThat(get(taken).text()).isEqualTo("ok");
                RawResponse answer = get(refused);
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.headers("Proxy-Status")).containsExactly("penstock; error=" + part.reason);
            }
        }
    }

    @Test
    void chunkLine_asLongAsMayBe_isPassedOn_andALongerOneBreaksTheAnswerOff() throws Exception {
        try (var longest = StubBackend.answering(chunked(SMALL.chunkLineBytes()));
                var longer = StubBackend.answering(chunked(SMALL.chunkLineBytes() + 1));
                var taken = Setup.start(site(longest, SMALL));
                var broken = Setup.start(site(longer, SMALL));
                var client = RawClient.connect(broken.port())) {
            assertThat(get(taken).text()).isEqualTo("ok");
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(new String(client.readToEnd(), US_ASCII)).doesNotContain("\r\n0\r\n");
        }
    }

    /** An answer of one chunk with so many bytes around it, of which four are the two ends of lines. */
    private static String chunked(int lineBytes) {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        return head + "2;" + "e".repeat(lineBytes - 6) + "\r\nok\r\n0\r\n\r\n";
    }

    @Test
    void defaults_areAsDocumented() {
        assertThat(AnswerLimits.defaults()).isEqualTo(new AnswerLimits(8 << 10, 64 << 10, 1_000, 4 << 10, 64, 100));
    }

    @ParameterizedTest
    @CsvSource({"SMALL,DEFAULT,502,200", "DEFAULT,SMALL,200,502"})
    void limits_thatAreSetAnew_holdFromTheNextAnswerOn(String before, String after, int first, int second)
            throws Exception {
        try (var backend = StubBackend.start(connection -> {
                    while (true) {
                        connection.readHead();
                        connection.send(Part.FIELDS.answer(SMALL, 1));
                    }
                });
                var gateway = Setup.start(site(backend, limits(before)))) {
            assertThat(get(gateway).status()).isEqualTo(first);

            gateway.penstock()
                    .apply(new CatalogState(
                            "code",
                            List.of(Setup.LISTENER),
                            List.of(RouteSpec.of(Match.ALL, "site")),
                            List.of(site(backend, limits(after)))));

            assertThat(get(gateway).status()).isEqualTo(second);
        }
    }

    private static AnswerLimits limits(String which) {
        return which.equals("SMALL") ? SMALL : AnswerLimits.defaults();
    }
}
