package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.Echo;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RequiresTool;
import dev.penstock.testkit.Responder;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gateway as clients in wide use see it. */
class RealClientsTest {
    private static final int MIB = 1 << 20;

    private final EchoBackend b1 = EchoBackend.start("B1");
    private final EchoBackend b2 = EchoBackend.start("B2");

    @TempDir
    private Path directory;

    @AfterEach
    void closeBackends() {
        b1.close();
        b2.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class) // HTTP_2 asks for an upgrade to h2c, which is not to happen.
    void jdkClient_ofAnyMethodAndBody_getsItsEcho(HttpClient.Version version) throws Exception {
        byte[] body = Setup.randomBytes(1, MIB);
        try (var gateway = Setup.over(b1)) {
            var client = HttpClient.newBuilder().version(version).build();
            var target = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/a%2Fb?c=%20"));
            for (HttpRequest request : List.of(
                    target.copy().GET().build(),
                    target.copy().POST(BodyPublishers.ofByteArray(body)).build(),
                    target.copy()
                            .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                            .build(),
                    target.copy().DELETE().build())) {
                HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
                Echo echo = Echo.parse(response.body());

                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
                assertThat(echo.head().method()).isEqualTo(request.method());
                assertThat(echo.head().target()).isEqualTo("/a%2Fb?c=%20");
                assertThat(echo.head().headers("Upgrade")).isEmpty();
                assertThat(echo.body())
                        .hasSize(request.method().startsWith("P") ? MIB : 0)
                        .isEqualTo(request.method().startsWith("P") ? body : new byte[0]);
            }
        }
    }

    @Test
    void jdkClient_ofManyRequestsAtOnce_seesNoError() throws Exception {
        try (var gateway = Setup.over(b1, b2)) {
            var client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            var uri = URI.create("http://127.0.0.1:" + gateway.port() + "/");
            for (int round = 0; round < 5; round++) {
                var all = new ArrayList<CompletableFuture<HttpResponse<Void>>>();
                for (int i = 0; i < 100; i++) {
                    all.add(client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()));
                }
                for (var response : all) {
                    assertThat(response.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
                }
            }
            assertThat(b1.requests()).isEqualTo(250);
            assertThat(b2.requests()).isEqualTo(250);
        }
    }

    @Test
    void curl_ofEveryKind_getsWhatItAskedFor() throws Exception {
        RequiresTool.find("curl");
        Path upload = Files.write(directory.resolve("upload"), Setup.randomBytes(2, 3 * MIB));
        Path echoed = directory.resolve("echoed");
        try (var gateway = Setup.over(b1)) {
            String url = "http://127.0.0.1:" + gateway.port() + "/x?y=1";
            assertThat(curl(url, "-s", "-S", "-f")).startsWith("B1\r\nGET /x?y=1 HTTP/1.1\r\n");
            assertThat(curl(url, "-s", "-S", "-I")).startsWith("HTTP/1.1 200 ").contains("Content-Length: ");
            assertThat(curl(url, "-s", "-S", "-0")).startsWith("B1\r\n");
            curl(url, "-s", "-S", "-f", "-T", upload.toString(), "-o", echoed.toString());
            assertEchoed(upload, echoed);
            curl(
                    url,
                    "-s",
                    "-S",
                    "-f",
                    "-H",
                    "Transfer-Encoding: chunked",
                    "-H",
                    "Expect: 100-continue",
                    "--data-binary",
                    "@" + upload,
                    "-o",
                    echoed.toString());
            assertEchoed(upload, echoed);
            assertThat(curl(url, "-s", "-S", url, "-w", "%{num_connects}\n")).contains("\n1\n", "\n0\n");
        }
    }

    private static void assertEchoed(Path upload, Path echoed) throws Exception {
        assertThat(Echo.parse(Files.readAllBytes(echoed)).body()).isEqualTo(Files.readAllBytes(upload));
    }

    private static String curl(String url, String... options) {
        var arguments = new ArrayList<>(List.of(options));
        arguments.add(url);
        var run = RequiresTool.run("curl", arguments.toArray(String[]::new));
        assertThat(run.status()).as(run.output()).isZero();
        return run.output();
    }

    @Test
    void h2load_overHttp1_seesNoError() {
        RequiresTool.find("h2load");
        b1.answer(Responder.ofSize(1024));
        b2.answer(Responder.ofSize(1024));
        try (var gateway = Setup.over(b1, b2)) {
            var run = RequiresTool.run(
                    "h2load", "--h1", "-n", "6000", "-c", "32", "http://127.0.0.1:" + gateway.port() + "/");

            assertThat(run.output())
                    .contains("6000 done, 6000 succeeded, 0 failed, 0 errored, 0 timeout")
                    .contains("status codes: 6000 2xx, 0 3xx, 0 4xx, 0 5xx");
            assertThat(b1.requests() + b2.requests()).isEqualTo(6000);
        }
    }
}
