package dev.penstock.proxy;

/** Which TLS to use. */
public enum TlsChoice {
    /** BoringSSL where it loads, else the Java runtime's. */
    AUTO,
    /** The Java runtime's. */
    JDK,
    /** BoringSSL or none. */
    BORINGSSL;

    TlsProvider resolve() {
        return switch (this) {
            case AUTO -> TlsProvider.BORINGSSL.available() ? TlsProvider.BORINGSSL : TlsProvider.JDK;
            case JDK -> TlsProvider.JDK;
            case BORINGSSL -> {
                if (!TlsProvider.BORINGSSL.available()) {
                    throw new IllegalStateException(
                            "tls: boringssl (expected: jdk or auto; netty-tcnative does not load on this machine)");
                }
                yield TlsProvider.BORINGSSL;
            }
        };
    }
}
