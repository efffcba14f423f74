package dev.penstock.proxy;

import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ClientCertificates.Demand;
import dev.penstock.tls.TlsVersion;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes what connections are secured by, as strict on both sides of the proxy. Thread-safe. */
final class TlsContexts {
    /** A session can be resumed for so long; JDK renews the keys of its tickets at the same pace. */
    static final int SESSION_SECONDS = 3_600;

    private static final int MAX_SESSIONS = 20_000;

    /** Forward secrecy and authenticated encryption only; the client's hardware may choose among them. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Names of the algorithm of Ed25519 and its like. */
    private static final List<String> EDWARDS = List.of("EdDSA", "Ed25519", "Ed448");

    private final TlsChoice choice;
    private volatile @Nullable TlsProvider provider;

    /** Loads nothing before it is needed, unless BoringSSL is asked for by name. */
    TlsContexts(TlsChoice choice) {
        this.choice = choice;
        this.provider = choice == TlsChoice.AUTO ? null : choice.resolve();
    }

    TlsProvider provider() {
        TlsProvider known = provider;
        if (known == null) {
            known = choice.resolve(); // the same however often
            provider = known;
        }
        return known;
    }

    /** What clients are met with; each has sessions and ticket keys of its own. */
    SslContext server(
            CertifiedKey own, ClientCertificates clients, List<X509Certificate> trusted, TlsVersion minVersion) {
        SslContextBuilder builder = SslContextBuilder.forServer(own.key(), own.chain());
        if (clients.isOn()) {
            builder.trustManager(trusted)
                    .clientAuth(clients.demand() == Demand.REQUIRED ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        return built(builder, minVersion, own);
    }

    /** By the Java runtime's TLS where the key is one that netty-tcnative cannot hand to BoringSSL. */
    SslContext built(SslContextBuilder builder, TlsVersion minVersion, @Nullable CertifiedKey own) {
        boolean edwards = own != null && EDWARDS.contains(own.key().getAlgorithm());
        TlsProvider spoken = edwards ? TlsProvider.JDK : provider();
        try {
            return builder.sslProvider(spoken.netty())
                    .protocols(protocols(minVersion))
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .sessionTimeout(SESSION_SECONDS)
                    .sessionCacheSize(MAX_SESSIONS)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "certificate: " + e.getMessage() + " (expected: one that " + spoken.title() + " takes)", e);
        }
    }

    private static List<String> protocols(TlsVersion minVersion) {
        return minVersion == TlsVersion.V1_3 ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2");
    }
}
