package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawClientTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
            })
    void response_thatIsMalformed_isRefused(String response) throws Exception {
        try (var stub = StubBackend.answering(response);
                var client = RawClient.connect(stub.port())) {
            assertThatThrownBy(() -> client.get("a", "/")).isInstanceOf(ProtocolException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nA: b\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            })
    void response_thatIsCutShort_isToldFromAWholeOne(String response) throws Exception {
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.send(response);
                });
                var client = RawClient.connect(stub.port())) {
            assertThatThrownBy(() -> client.get("a", "/")).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void response_withoutFraming_endsWithTheConnection() throws Exception {
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.0 200 OK\r\n\r\nabc");
                });
                var client = RawClient.connect(stub.port())) {
            var response = client.get("a", "/");

            assertThat(response.version()).isEqualTo("HTTP/1.0");
            assertThat(response.reason()).isEqualTo("OK");
            assertThat(response.text()).isEqualTo("abc");
        }
    }

    @Test
    void readAny_ofInterimResponses_givesEach() throws Exception {
        String hints = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
        try (var stub = StubBackend.answering(hints + "HTTP/1.1 204 No Content\r\n\r\n");
                var client = RawClient.connect(stub.port())) {
            client.send("GET / HTTP/1.1\r\n\r\n");

            assertThat(client.readAny("GET").headers("link")).containsExactly("a");
            assertThat(client.readAny("GET").status()).isEqualTo(204);
            assertThat(client.get("a", "/").status()).isEqualTo(204);
        }
    }

    @Test
    void localAddress_whereGiven_isSeenByTheServer() throws Exception {
        try (var stub = StubBackend.start();
                var client = RawClient.connect("127.0.0.2", stub.port())) {
            stub.accept().send("HTTP/1.1 204 No Content\r\n\r\n");

            assertThat(client.read().status()).isEqualTo(204);
            assertThat(client.localPort()).isPositive();
        }
    }

    @Test
    void halfClose_andReset_areSeenByTheServer() throws Exception {
        try (var stub = StubBackend.start()) {
            var client = RawClient.connect(stub.port()).send("ab").halfClose();
            var first = stub.accept();
            assertThat(first.readToEnd()).asString().isEqualTo("ab");
            first.send("HTTP/1.1 204 No Content\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(204);
            client.close();

            var second = RawClient.connect(stub.port());
            var connection = stub.accept();
            second.reset();
            assertThatThrownBy(() -> connection.read(1)).isInstanceOf(IOException.class);
            assertThat(stub.connections()).isEqualTo(2);
        }
    }
}
