package dev.penstock.discovery.dns;

import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The system's resolver file, read again when it is asked for and the last look is a second old. Thread-safe. */
final class ResolvConfFile {
    private static final Logger LOG = LoggerFactory.getLogger(ResolvConfFile.class);
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_BYTES = 65_536;

    private final Path path;
    private final Ticker ticker;
    private String text = "";
    private @Nullable ResolvConf current;
    private long lookedNanos;

    ResolvConfFile(Path path, Ticker ticker) {
        this.path = path;
        this.ticker = ticker;
    }

    /**
     * What the file says now; while it cannot be read or is being written, what it said before.
     *
     * @throws DnsProblem if it has never been readable
     */
    synchronized ResolvConf current() {
        long now = ticker.nanos();
        ResolvConf known = current;
        if (known != null && now - lookedNanos < LOOK_NANOS) {
            return known;
        }
        try (InputStream in = Files.newInputStream(path)) {
            var read = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            lookedNanos = now;
            if (known != null && (read.equals(text) || read.isBlank())) {
                return known;
            }
            ResolvConf parsed = ResolvConf.parse(read);
            if (known != null) {
                LOG.info("dns: {} changed: nameservers {}, search {}", path, parsed.servers(), parsed.search());
            }
            text = read;
            current = parsed;
            return parsed;
        } catch (IOException e) {
            if (known != null) {
                lookedNanos = now;
                return known;
            }
            throw new DnsProblem(path + ": cannot be read: " + e, e);
        }
    }
}
