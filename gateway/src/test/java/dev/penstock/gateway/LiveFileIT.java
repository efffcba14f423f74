package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.FileEdit;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packaged program while its file changes. */
class LiveFileIT {
    private static final int PIECES = 4;
    private static final int PIECE_BYTES = 1 << 20;
    private static final String WEB = "web http://127.0.0.1:";

    private final Semaphore pieces = new Semaphore(0);
    private final EchoBackend one = EchoBackend.start("one");
    private final EchoBackend two = EchoBackend.start("two");
    private final EchoBackend large = EchoBackend.start("large", exchange -> {
        exchange.readBody();
        exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + PIECES * PIECE_BYTES + "\r\n\r\n");
        for (int i = 0; i < PIECES; i++) {
            pieces.acquireUninterruptibly();
            exchange.send("x".repeat(PIECE_BYTES));
        }
    });

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void open() {
        file = directory.resolve("penstock.yaml");
    }

    @AfterEach
    void close() {
        pieces.release(PIECES);
        one.close();
        two.close();
        large.close();
    }

    /** A listener {@code web} with downloads and a site, and another at a port of its own. */
    private String text(EchoBackend site, int otherPort) {
        return String.format(Locale.ROOT, """
                listeners:
                  - {address: 127.0.0.1:0, name: web}
                  - {address: 127.0.0.1:%d, name: other%1$d}
                routes:
                  - {path: /download, service: large}
                  - {service: site}
                services:
                  large: {endpoints: [%s]}
                  site: {endpoints: [%s]}
                admin: off
                """, otherPort, large.address(), site.address());
    }

    private static String answers(int port) throws IOException {
        try (var client = RawClient.connect(port)) {
            return client.get("a.example.com", "/").echo().backend();
        }
    }

    private void awaitPiece(RawClient client) throws IOException {
        pieces.release();
        assertThat(new String(client.input().readNBytes(PIECE_BYTES), StandardCharsets.US_ASCII))
                .isEqualTo("x".repeat(PIECE_BYTES));
    }

    @ParameterizedTest
    @EnumSource(FileEdit.class)
    void C03_fileThatIsReplaced_isLive_andADownloadElsewhereGoesOn(FileEdit edit) throws Exception {
        int old = FreePorts.next();
        int added = FreePorts.next();
        edit.edit(file, text(one, old));
        try (var program = Packaged.start("run", "-f", file.toString(), "--drain", "0s");
                var download = RawClient.connect(program.port(WEB))) {
            int web = program.port(WEB);
            assertThat(answers(old)).isEqualTo("one");
            download.send("GET /download HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
            awaitPiece(download);

            edit.edit(file, "# a line more\n" + text(two, added));

            eventually(Packaged.SOON, () -> assertThat(answers(web)).isEqualTo("two"));
            eventually(Packaged.SOON, () -> assertThat(answers(added)).isEqualTo("two"));
            eventually(
                    Packaged.SOON,
                    () -> assertThatThrownBy(() -> answers(old)).isInstanceOf(UncheckedIOException.class));
            awaitPiece(download);
            edit.edit(file, text(one, old));
            eventually(Packaged.SOON, () -> assertThat(answers(web)).isEqualTo("one"));
            awaitPiece(download);
            awaitPiece(download);
            assertThat(program.err()).doesNotContain("ERROR");

            program.signal("TERM");
            assertThat(program.status()).isZero();
        }
    }

    @Test
    void C04_brokenEdit_isToldOnce_andTheNextGoodOneIsLive() throws Exception {
        int other = FreePorts.next();
        String good = text(one, other);
        FileEdit.RENAME.edit(file, good);
        try (var program = Packaged.start("run", "-f", file.toString(), "--drain", "0s")) {
            int web = program.port(WEB);
            assertThat(answers(web)).isEqualTo("one");

            Files.writeString(file, good.substring(0, good.length() / 2) + "\n nonsense: [");
            eventually(Packaged.SOON, () -> assertThat(program.err()).contains("ERROR"));
            assertThat(answers(web)).isEqualTo("one");
            assertThat(answers(other)).isEqualTo("one");

            FileEdit.RENAME.edit(file, text(two, other));
            eventually(Packaged.SOON, () -> assertThat(answers(web)).isEqualTo("two"));
            assertThat(program.err().lines().filter(line -> line.contains("ERROR")))
                    .singleElement()
                    .asString()
                    .contains(file + ":");
        }
    }

    @Test
    void C03_hangUp_readsTheFileAtOnce_andDoesNotEndTheProgram() throws Exception {
        int other = FreePorts.next();
        FileEdit.RENAME.edit(file, text(one, other));
        try (var program = Packaged.start("run", "-f", file.toString(), "--drain", "0s", "--no-watch")) {
            int web = program.port(WEB);
            FileEdit.RENAME.edit(file, text(two, other));

            program.signal("HUP");

            eventually(Packaged.SOON, () -> assertThat(answers(web)).isEqualTo("two"));
            assertThat(program.isAlive()).isTrue();
        }
    }
}
