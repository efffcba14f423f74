package dev.penstock.proxy;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Whose TLS is spoken. */
public enum TlsProvider {
    /** The Java runtime's, everywhere. */
    JDK("JDK"),
    /** Google's, native; by netty-tcnative, where that has a build for the machine. */
    BORINGSSL("BoringSSL");

    private final String title;

    TlsProvider(String title) {
        this.title = title;
    }

    /**
     * Its name for people.
     *
     * @return as in {@code BoringSSL}
     */
    public String title() {
        return title;
    }

    boolean available() {
        return this == JDK || (OpenSsl.isAvailable() && "BoringSSL".equals(OpenSsl.versionString()));
    }

    SslProvider netty() {
        return this == JDK ? SslProvider.JDK : SslProvider.OPENSSL;
    }
}
