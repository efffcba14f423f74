package dev.penstock.examples;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.SourceRules;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.CatalogContract;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.time.Backoff;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract that every catalog is to keep, and the example at work. */
class OwnCatalogTest extends CatalogContract {
    private static final SourceRules OFTEN = SourceRules.defaults()
            .withDebounce(Duration.ofMillis(2), Duration.ofMillis(10))
            .withRelist(Duration.ofMillis(200))
            .withBackoff(new Backoff(Duration.ofMillis(5), 1.5, Duration.ofMillis(50), 0.75));

    @TempDir
    Path directory;

    @Override
    protected Subject open() {
        return new Hosts(directory.resolve("hosts"));
    }

    @Test
    void gateway_followsACatalogOfOnesOwnWithinItsLimits() throws IOException {
        Path file = directory.resolve("hosts");
        try (var backend = EchoBackend.start("one");
                var threads = ControlThreads.create();
                var catalog = new OwnCatalog(
                        file, OFTEN, new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
                var gateway = Gateway.builder()
                        .listen("127.0.0.1:0")
                        .catalog("hosts", catalog, CatalogLimits.allowHosts("*.example.com"))
                        .start()) {
            assertThat(status(gateway, "www.example.com")).isEqualTo(404);
            Files.writeString(
                    file, "www.example.com %1$s\nevil.test %1$s\nodd nowhere\n".replace("%1$s", backend.address()));
            eventually(
                    LIMIT, () -> assertThat(status(gateway, "www.example.com")).isEqualTo(200));
            assertThat(status(gateway, "evil.test")).isEqualTo(404);
            assertThat(catalog.report().skipped()).hasSize(1);
        }
    }

    private static int status(Gateway gateway, String host) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            return client.get(host, "/").status();
        }
    }

    /** The hand on the file. */
    private static final class Hosts implements Subject {
        private final ControlThreads threads = ControlThreads.create();
        private final Path file;
        private final OwnCatalog catalog;
        private boolean malformed;

        private Hosts(Path file) {
            this.file = file;
            catalog = new OwnCatalog(file, OFTEN, new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        }

        @Override
        public Catalog catalog() {
            return catalog;
        }

        @Override
        public synchronized void serve(Set<String> hosts) {
            var lines = new StringBuilder();
            new TreeSet<>(hosts).forEach(host -> lines.append(host).append(" 127.0.0.1:80\n"));
            put(lines + (malformed ? "odd nowhere\n" : ""));
        }

        private void put(String text) {
            try {
                Path whole = Files.writeString(file.resolveSibling("hosts.new"), text);
                Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            catalog.changed();
        }

        @Override
        public synchronized void fail() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            catalog.changed();
        }

        @Override
        public synchronized boolean addMalformed() {
            try {
                malformed = true;
                put(Files.readString(file) + "odd nowhere\n");
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            catalog.close();
            threads.close();
        }
    }
}
