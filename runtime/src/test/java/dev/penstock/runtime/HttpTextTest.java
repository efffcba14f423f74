package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogState;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.testkit.RequiresTool;
import dev.penstock.testkit.TestAuthority;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of a web server that has its certificate from an authority of its own. */
class HttpTextTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final char[] PASSWORD = "opensesame".toCharArray();

    @TempDir
    Path folder;

    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<CatalogState> told = new CopyOnWriteArrayList<>();
    private final ControlThreads scheduler = ControlThreads.create();
    private volatile boolean encoded;
    private TestAuthority authority;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        authority = TestAuthority.in(folder.resolve("own")).sign("server", "IP:127.0.0.1");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity()));
        server.createContext("/penstock.yaml", exchange -> {
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            if (encoded) {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            }
            byte[] text = "services: {site: {endpoints: [\"127.0.0.1:1\"]}}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
    }

    private SSLContext identity() throws Exception {
        Path file = folder.resolve("server.p12");
        RequiresTool.Run run = RequiresTool.run(
                "openssl",
                "pkcs12",
                "-export",
                "-in",
                "" + authority.file("server.pem"),
                "-inkey",
                "" + authority.file("server-key.pem"),
                "-out",
                "" + file,
                "-passout",
                "pass:" + new String(PASSWORD));
        assertThat(run.status()).as(run.output()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @AfterEach
    void stop() {
        server.stop(0);
        scheduler.close();
    }

    private Catalog open(String options) {
        URI uri = URI.create(
                "config+https://127.0.0.1:" + server.getAddress().getPort() + "/penstock.yaml#every=100ms" + options);
        var factory = new HttpTextFactory("https");
        factory.check(uri);
        Catalog catalog = factory.open(uri, new DiscoveryContext(Ticker.system(), scheduler, Randomness.system()));
        catalog.watch(told::add);
        return catalog;
    }

    @Test
    void serverOfAnAuthorityThatIsNamed_isRead_withTheTokenOfAFile_asItIsNow() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        try (Catalog catalog = open("&ca=" + authority.file("ca.pem") + "&tokenFile=" + token)) {
            eventually(
                    SOON,
                    () -> assertThat(told).anyMatch(state -> state.services().size() == 1));
            assertThat(tokens).containsOnly("Bearer first");
            Files.writeString(token, "second");
            eventually(SOON, () -> assertThat(tokens).contains("Bearer second"));
            Files.writeString(token, "  ");
            eventually(
                    SOON,
                    () -> assertThat(catalog.report().problem())
                            .contains("tokenFile: \"" + token + "\" (expected: a readable file that holds a token)"));
            assertThat(tokens).containsOnly("Bearer first", "Bearer second");
        }
    }

    @Test
    void textThatIsEncoded_thoughNobodyAskedForIt_isSaidToBe() {
        encoded = true;
        try (Catalog catalog = open("&ca=" + authority.file("ca.pem"))) {
            eventually(
                    SOON,
                    () -> assertThat(catalog.report().problem())
                            .contains("encoded as \"gzip\" (expected: a text as it is)"));
        }
    }

    @Test
    void serverOfAnotherAuthority_isRefused_andSaidSo_beforeATokenIsSent() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "first");
        TestAuthority other = TestAuthority.in(folder.resolve("other"));
        for (String ca : List.of("", "&ca=" + other.file("ca.pem"))) {
            try (Catalog catalog = open(ca + "&tokenFile=" + token)) {
                eventually(
                        SOON,
                        () -> assertThat(catalog.report().problem())
                                .contains("unable to find valid certification path"));
            }
        }
        assertThat(tokens).isEmpty();
        assertThat(told).noneMatch(state -> state.services().size() == 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenEnv=HOME",
                "tokenFile=/etc/shadow",
                "tls&ca=/etc/shadow",
                "passwordFile=x",
                "token%45nv=HOME"
            })
    void sourcesOfATextFromElsewhere_nameNoFileAndNoVariable(String option) {
        var options = TextOptions.of(URI.create("config+https://host/x#sources=consul"));
        String text = "services: {site: {discover: \"consul://10.0.0.9:8500/site?dc=a&" + option + "\"}}";

        assertThatThrownBy(() -> options.reader().remote("test", "text", text))
                .hasMessageContaining("services.site.discover: names a file or a variable by ")
                .hasMessageContaining("(expected: none in a text from elsewhere; a configuration file may)");
        assertThat(options.reader()
                        .remote("test", "text", text.replaceAll("&.*\"", "\""))
                        .state()
                        .services())
                .hasSize(1);
    }

    @Test
    void options_thatMakeNoSense_areRefusedBeforeTheStart() throws Exception {
        Path noPem = Files.writeString(folder.resolve("no.pem"), "nothing");

        assertThatThrownBy(() -> open("&ca=" + folder.resolve("gone.pem")))
                .hasMessage("file: \"" + folder.resolve("gone.pem") + "\" (expected: a readable PEM file)");
        assertThatThrownBy(() -> open("&ca=" + noPem))
                .hasMessage("certificate: \"" + noPem + "\" (expected: a PEM file with CERTIFICATE)");
        assertThatThrownBy(() -> open("&tokenEnv=PATH&tokenFile=x"))
                .hasMessage("tokenEnv and tokenFile: both given (expected: one of them)");
        assertThatThrownBy(() -> open("&tokenEnv=SURELY_NOT_SET"))
                .hasMessageContaining("tokenEnv: SURELY_NOT_SET (expected: a variable that is set");
        assertThatThrownBy(() -> new HttpTextFactory("http")
                        .check(URI.create("config+http://127.0.0.1/x#ca=" + authority.file("ca.pem"))))
                .hasMessage("option: ca with config+http (expected: with config+https)");
    }
}
