package dev.penstock.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.Configuration;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /metrics} tells of certificates. */
final class CertificateMetricsTest {
    @TempDir
    Path folder;

    private Path certificate(String file, int days) throws Exception {
        Path key = folder.resolve(file + ".key");
        Path certificate = folder.resolve(file + ".pem");
        var made = RequiresTool.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                Integer.toString(days),
                "-subj",
                "/CN=a.test",
                "-addext",
                "subjectAltName=DNS:a.test",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        assertThat(certificate).as(made.output()).exists();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return certificate;
    }

    private static long end(Path certificate) throws Exception {
        try (var in = Files.newInputStream(certificate)) {
            return ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in))
                    .getNotAfter()
                    .toInstant()
                    .getEpochSecond();
        }
    }

    private static int port(GatewayRuntime runtime) {
        String address = runtime.adminAddress().orElseThrow();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Test
    void twoCertificatesOfOneName_areOneSeries_ofThatWhichEndsFirst() throws Exception {
        Path first = certificate("first", 300);
        Path second = certificate("second", 30);
        Path third = certificate("third", 200);
        Configuration configuration = GatewayRuntime.reader().read("test.yaml", """
                admin: {address: "127.0.0.1:0"}
                listeners:
                  - name: web
                    address: "127.0.0.1:0"
                    tls:
                      certificates:
                        - {certificate: DIR/first.pem, key: DIR/first.key}
                        - {certificate: DIR/second.pem, key: DIR/second.key}
                        - {certificate: DIR/third.pem, key: DIR/third.key}
                """.replace("DIR", folder.toString()));
        try (var runtime = GatewayRuntime.start(configuration);
                var client = RawClient.connect(port(runtime))) {
            List<String> series = client.get("localhost", "/metrics")
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("penstock_certificate_expiry_seconds{"))
                    .toList();

            assertThat(series).singleElement().satisfies(line -> {
                assertThat(line).contains("listener=\"web\"").contains("name=\"a.test\"");
                double shown = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                assertThat((long) shown)
                        .isEqualTo(end(second))
                        .isLessThan(end(third))
                        .isLessThan(end(first));
            });
        }
    }
}
