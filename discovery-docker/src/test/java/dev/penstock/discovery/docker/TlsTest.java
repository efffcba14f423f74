package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A made-up daemon over TLS that asks for the client's certificate. */
class TlsTest {
    @TempDir
    static Path directory;

    @BeforeAll
    static void makeCertificates() throws Exception {
        RequiresTool.find("openssl");
        authority("good");
        authority("other");
        certificate("good", "server");
        certificate("good", "client");
        folder("server", "good", "server");
        folder("client", "good", "client");
        folder("wrong", "other", "client");
    }

    /** The three files as Docker's programs want them. */
    private static void folder(String name, String authority, String owner) throws Exception {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.copy(directory.resolve(authority + "/ca.pem"), folder.resolve("ca.pem"));
        Files.copy(directory.resolve("good/" + owner + ".pem"), folder.resolve("cert.pem"));
        Files.copy(directory.resolve("good/" + owner + "-key.pem"), folder.resolve("key.pem"));
    }

    private static void openssl(String... arguments) {
        RequiresTool.Run run = RequiresTool.run("openssl", arguments);
        assertThat(run.status()).as(run.output()).isZero();
    }

    private static void authority(String name) throws Exception {
        Path folder = Files.createDirectories(directory.resolve(name));
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=" + name,
                "-keyout",
                folder + "/ca-key.pem",
                "-out",
                folder + "/ca.pem");
    }

    private static void certificate(String authority, String name) throws Exception {
        Path folder = directory.resolve(authority);
        Path extensions = Files.writeString(
                folder.resolve(name + ".ext"),
                "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=" + name + "Auth\n");
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                folder + "/" + name + "-key.pem",
                "-out",
                folder + "/" + name + ".csr");
        openssl(
                "x509",
                "-req",
                "-in",
                folder + "/" + name + ".csr",
                "-CA",
                folder + "/ca.pem",
                "-CAkey",
                folder + "/ca-key.pem",
                "-CAcreateserial",
                "-days",
                "30",
                "-extfile",
                extensions.toString(),
                "-out",
                folder + "/" + name + ".pem");
    }

    private static FakeDocker daemon() {
        return new FakeDocker(Tls.context(directory.resolve("server")))
                .start(FakeContainer.named("web").env("DOMAIN=a.test").published(32_001, 80));
    }

    @Test
    void D11_certificates_openTheDaemon() {
        try (FakeDocker docker = daemon();
                Watched watched =
                        Watched.open("docker://" + docker.address() + "?certs=" + directory.resolve("client"))) {
            watched.await("a.test 127.0.0.1:32001");
        }
    }

    @Test
    void D11_wrongAuthority_isAProblemAndGivesNoRoutes() {
        try (FakeDocker docker = daemon();
                Watched watched =
                        Watched.open("docker://" + docker.address() + "?certs=" + directory.resolve("wrong"))) {
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem())
                            .contains("tcp://" + docker.address() + " (TLS): ", "certification path"));
            assertThat(watched.routes()).isEmpty();
        }
    }

    @Test
    void D11_plainClient_isAProblem() {
        try (FakeDocker docker = daemon();
                Watched watched = Watched.open("docker://" + docker.address())) {
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem()).isNotEmpty());
            assertThat(watched.routes()).isEmpty();
        }
    }

    @Test
    void D11_missingCertificates_areNamed() {
        try (FakeDocker docker = daemon();
                Watched watched = Watched.open("docker://" + docker.address() + "?certs=/nowhere")) {
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem())
                            .startsWith("/nowhere/key.pem: not there (expected: a file"));
        }
    }

    /** As OpenSSL and Docker's machines write them, older and newer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "genrsa -traditional -out KEY 2048",
                "genpkey -algorithm RSA -out KEY",
                "ecparam -name prime256v1 -genkey -out KEY",
                "ecparam -name secp384r1 -genkey -noout -out KEY",
                "genpkey -algorithm ED25519 -out KEY"
            })
    void D11_keysInEachForm_areRead(String making) throws Exception {
        Path folder = Files.createTempDirectory(directory, "key");
        Path key = folder.resolve("key.pem");
        openssl(making.replace("KEY", key.toString()).split(" ", -1));
        Path cert = folder.resolve("cert.pem");
        openssl(
                "req",
                "-new",
                "-x509",
                "-key",
                key.toString(),
                "-days",
                "30",
                "-subj",
                "/CN=own",
                "-out",
                cert.toString());
        Files.copy(cert, folder.resolve("ca.pem"));
        assertThat(Tls.context(folder).getSupportedSSLParameters()).isNotNull();
    }

    @Test
    void D11_filesThatAreNoKeys_areNamed() throws Exception {
        Path folder = Files.createTempDirectory(directory, "none");
        for (String file : List.of("key.pem", "cert.pem", "ca.pem")) {
            Files.writeString(folder.resolve(file), "<html>");
        }
        assertThatThrownBy(() -> Tls.context(folder))
                .isInstanceOf(DockerProblem.class)
                .hasMessageStartingWith(folder + ": ")
                .hasMessageEndingWith("(expected: readable ca.pem, cert.pem and key.pem)");
    }
}
