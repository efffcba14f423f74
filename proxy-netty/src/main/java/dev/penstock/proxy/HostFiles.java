package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Ticker;
import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ServerCertificate;
import dev.penstock.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one virtual host and what was last read from them; a bad file changes nothing but is told once. Confined to
 * one thread at a time.
 */
final class HostFiles {
    private static final Logger LOG = LoggerFactory.getLogger(HostFiles.class);
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private final String owner;
    private final ServerCertificate spec;
    private final TlsVersion minVersion;
    private final TlsContexts contexts;
    private final Ticker ticker;
    private FileStamps stamps;
    private @Nullable FileStamps bad;
    private @Nullable TlsHost host;
    private String problem = "";

    /** The first argument is what messages call whoever has the certificate. Throws if the files are no good. */
    HostFiles(String owner, ServerCertificate spec, TlsVersion minVersion, TlsContexts contexts, Ticker ticker) {
        this.owner = owner;
        this.spec = spec;
        this.minVersion = minVersion;
        this.contexts = contexts;
        this.ticker = ticker;
        this.stamps = stamps();
        this.host = load();
    }

    ServerCertificate spec() {
        return spec;
    }

    TlsHost host() {
        return requireNonNull(host, "host");
    }

    private FileStamps stamps() {
        return FileStamps.of(spec.certificate(), spec.key(), spec.clients().ca());
    }

    /** Reads the files again if they have changed; true if what they say now is in use. */
    boolean reload() {
        FileStamps now = stamps();
        if (now.equals(stamps)) {
            problem = "";
            bad = null;
            return false;
        }
        try {
            host = load();
            stamps = now;
            problem = "";
            bad = null;
            return true;
        } catch (IllegalArgumentException e) {
            // Certificate and key are written one after the other: what is wrong at one look only is not worth a word.
            if (now.equals(bad) && problem.isEmpty()) {
                problem = String.valueOf(e.getMessage());
                LOG.error("{}: {}; the certificate read before stays in use", owner, problem);
            }
            if (!now.equals(bad)) {
                problem = "";
            }
            bad = now;
            return false;
        }
    }

    private TlsHost load() {
        CertifiedKey own = read(spec);
        ClientCertificates clients = spec.clients();
        Path ca = clients.ca();
        List<X509Certificate> trusted =
                ca == null ? List.of() : PemFile.read(ca).certificates();
        X509Certificate certificate = own.chain().get(0);
        List<String> names = spec.names().isEmpty() ? TlsHost.namesIn(certificate) : spec.names();
        var loaded =
                new TlsHost(names, certificate, clients, contexts.server(own, clients, trusted, minVersion), ticker);
        tell(loaded);
        return loaded;
    }

    /** Reads certificate and key. */
    static CertifiedKey read(ServerCertificate spec) {
        return read(spec.certificate(), spec.key());
    }

    static CertifiedKey read(Path certificate, Path key) {
        List<X509Certificate> chain = PemFile.read(certificate).certificates();
        var secret = PemFile.read(key).key();
        try {
            return new CertifiedKey(chain, secret);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private void tell(TlsHost loaded) {
        LOG.info(
                "{}: certificate {} for {}, until {}",
                owner,
                spec.certificate(),
                String.join(", ", loaded.names()),
                loaded.certificate().getNotAfter().toInstant());
        warnOfReaders(owner, spec.key());
        try {
            loaded.certificate().checkValidity();
        } catch (CertificateExpiredException e) {
            LOG.warn("{}: certificate {} has expired; clients will refuse it", owner, spec.certificate());
        } catch (CertificateNotYetValidException e) {
            LOG.warn("{}: certificate {} is not valid yet; clients will refuse it", owner, spec.certificate());
        }
    }

    /** A key that others can read is no secret. */
    static void warnOfReaders(String owner, Path key) {
        try {
            if (Files.getPosixFilePermissions(key).stream().anyMatch(OTHERS::contains)) {
                LOG.warn(
                        "{}: key {} can be read by others (expected: by its owner only, as with chmod 600)",
                        owner,
                        key);
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("permissions of {} cannot be told", key, e);
        }
    }

    CertificateStatus status() {
        return new CertificateStatus(
                host().names(),
                spec.certificate().toString(),
                host().certificate().getNotAfter().toInstant(),
                spec.clients().demand().name().toLowerCase(Locale.ROOT),
                problem);
    }
}
