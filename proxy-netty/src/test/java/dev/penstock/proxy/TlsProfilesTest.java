package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.ManualTime;
import dev.penstock.tls.UpstreamTls;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsProfilesTest {
    private final ManualTime time = new ManualTime();
    private final TlsProfiles profiles = new TlsProfiles(new TlsContexts(TlsChoice.JDK), time, time);

    @TempDir
    private Path directory;

    private UpstreamTls spec;

    @BeforeEach
    void writeFiles() throws Exception {
        write();
        spec = UpstreamTls.defaults()
                .withCa(directory.resolve("ca.pem"))
                .withCertificate(directory.resolve("own.pem"), directory.resolve("own.key"));
    }

    @AfterEach
    void close() {
        profiles.close();
    }

    private void write() throws Exception {
        X509Bundle own = new CertificateBuilder()
                .subject("CN=own")
                .ecp256()
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        replace("ca.pem", own.getCertificatePEM());
        replace("own.pem", own.getCertificatePEM());
        replace("own.key", own.getPrivateKeyPEM());
    }

    private void replace(String file, String text) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), text);
        Files.move(next, directory.resolve(file), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private TlsProfile inUse() {
        var known = profiles.profile(spec).toCompletableFuture();
        time.runPending();
        return known.join();
    }

    private void look() {
        time.advance(Duration.ofSeconds(1));
    }

    @Test
    void filesThatStay_areReadOnce() {
        TlsProfile first = inUse();
        look();

        assertThat(inUse()).isSameAs(first);
        assertThat(profiles.ready(spec)).isSameAs(first);
    }

    @Test
    void replacedFiles_areReadAgain() throws Exception {
        TlsProfile first = inUse();
        write();
        look();

        assertThat(inUse()).isNotSameAs(first);
    }

    @Test
    void filesThatAreNoGood_changeNothing_untilTheyAreMended() throws Exception {
        TlsProfile first = inUse();
        for (String file : new String[] {"ca.pem", "own.pem", "own.key"}) {
            replace(file, "nothing\n");
            look();
            look();
            assertThat(inUse()).as(file).isSameAs(first);
        }
        Files.delete(directory.resolve("ca.pem"));
        look();
        assertThat(inUse()).isSameAs(first);

        write();
        look();

        assertThat(inUse()).isNotSameAs(first);
    }

    @Test
    void settingsThatNobodyUsesForAnHour_areForgotten() {
        TlsProfile first = inUse();
        time.advance(Duration.ofMinutes(61));

        assertThat(profiles.ready(spec)).isNull();
        assertThat(inUse()).isNotSameAs(first);
    }
}
