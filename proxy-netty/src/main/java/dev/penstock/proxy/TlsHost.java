package dev.penstock.proxy;

import dev.penstock.time.Ticker;
import dev.penstock.tls.ClientCertificates;
import io.netty.handler.ssl.SslContext;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A virtual host, ready to meet clients: the names it goes by, its certificate, what it asks of clients. Thread-safe. */
final class TlsHost {
    private static final int DNS_NAME = 2;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,\\\\]+)");

    private final List<String> names;
    private final X509Certificate certificate;
    private final ClientCertificates clients;
    private final SslContext context;
    private final TicketKeys keys;

    TlsHost(
            List<String> names,
            X509Certificate certificate,
            ClientCertificates clients,
            SslContext context,
            Ticker ticker) {
        this.names = names;
        this.certificate = certificate;
        this.clients = clients;
        this.context = context;
        this.keys = new TicketKeys(context, ticker);
    }

    List<String> names() {
        return names;
    }

    X509Certificate certificate() {
        return certificate;
    }

    ClientCertificates clients() {
        return clients;
    }

    SslContext context() {
        return context;
    }

    /** Called now and then, by one thread at a time. */
    void rotateKeys() {
        keys.rotate();
    }

    /** The DNS names in a certificate, or its common name where it has none (RFC 6125, 6.4.4). */
    static List<String> namesIn(X509Certificate certificate) {
        Set<String> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> name : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (name.get(0) instanceof Integer kind && kind == DNS_NAME) {
                    names.add(name.get(1).toString().toLowerCase(Locale.ROOT));
                }
            }
            if (alternatives == null) {
                Matcher common = COMMON_NAME.matcher(
                        certificate.getSubjectX500Principal().getName());
                if (common.find()) {
                    names.add(common.group(1).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("certificate: names that cannot be read (expected: DNS names)", e);
        }
        return new ArrayList<>(names);
    }
}
