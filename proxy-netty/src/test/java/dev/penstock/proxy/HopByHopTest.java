package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.Heads;
import org.junit.jupiter.api.Test;

final class HopByHopTest {
    private static Fields headers(String... namesAndValues) {
        return Heads.fields(namesAndValues);
    }

    @Test
    void H10_strip_takesOutTheFieldsOfTheConnection_andLeavesTheRest() {
        var headers = headers(
                "CONNECTION",
                "close",
                "Keep-Alive",
                "x",
                "Proxy-Authenticate",
                "x",
                "proxy-authorization",
                "x",
                "Proxy-Connection",
                "x",
                "TE",
                "trailers",
                "Trailer",
                "x",
                "Transfer-Encoding",
                "chunked",
                "Upgrade",
                "h2c",
                "HTTP2-Settings",
                "x",
                "Proxy",
                "http://evil",
                "Proxy-Status",
                "a",
                "X-Kept",
                "1");

        HopByHop.strip(headers);

        assertThat(headers.names()).containsExactlyInAnyOrder("Proxy-Status", "X-Kept");
    }

    @Test
    void H10_strip_takesOutAllThatIsNominated_inWhateverForm() {
        var headers = headers(
                "Connection",
                "x-one , X-TWO,,",
                "Connection",
                ",\tX-Three",
                "X-One",
                "1",
                "x-two",
                "2",
                "X-Three",
                "3",
                "X-Four",
                "4");

        HopByHop.strip(headers);

        assertThat(headers.names()).containsExactly("X-Four");
    }

    @Test
    void H10_strip_ofProtectedNames_leavesThem() {
        var headers = headers(
                "Connection",
                "host, CONTENT-LENGTH, X-Forwarded-For, forwarded, x-real-ip",
                "Host",
                "a",
                "Content-Length",
                "1",
                "X-Forwarded-For",
                "9.9.9.9",
                "Forwarded",
                "for=x",
                "X-Real-IP",
                "1.1.1.1");

        HopByHop.strip(headers);

        assertThat(headers.names())
                .containsExactlyInAnyOrder("Host", "Content-Length", "X-Forwarded-For", "Forwarded", "X-Real-IP");
    }

    @Test
    void stripTrailers_ofWhatFramesOrRoutes_leavesOnlyTheRest() {
        var trailers = headers(
                "Host",
                "evil",
                "Transfer-Encoding",
                "chunked",
                "X-Forwarded-For",
                "9.9.9.9",
                "Authorization",
                "x",
                "Set-Cookie",
                "x",
                "Connection",
                "close",
                "X-Checksum",
                "1");

        HopByHop.stripTrailers(trailers);

        assertThat(trailers.names()).containsExactly("X-Checksum");
    }
}
