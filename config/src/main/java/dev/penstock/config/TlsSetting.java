package dev.penstock.config;

/** Whose TLS the program speaks, in the words of the file. */
public enum TlsSetting {
    /** BoringSSL where it loads, else that of the Java runtime. */
    AUTO,
    /** That of the Java runtime. */
    JDK,
    /** BoringSSL, or the program does not start. */
    BORINGSSL
}
