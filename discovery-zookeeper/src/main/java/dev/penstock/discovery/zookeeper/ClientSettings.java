package dev.penstock.discovery.zookeeper;

import java.time.Duration;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;

/** How the client works: by the JDK's sockets, without SASL, whatever the system properties say. Confined to its maker. */
final class ClientSettings extends ZKClientConfig {
    /** The most bytes of one answer; the names of all nodes of a folder come in one. */
    static final int ANSWER_BYTES = 64 << 20;

    /** How long the end of a session waits for the ensemble to agree. */
    static final Duration END_WITHIN = Duration.ofMillis(500);

    ClientSettings() {
        setProperty(ENABLE_CLIENT_SASL_KEY, "false");
        setProperty(ZKConfig.JUTE_MAXBUFFER, Integer.toString(ANSWER_BYTES));
        setProperty(ZOOKEEPER_REQUEST_TIMEOUT, Long.toString(END_WITHIN.toMillis()));
    }

    /** Would load the client's TLS, which needs Netty, and read system properties that are meant for others. */
    @Override
    protected void handleBackwardCompatibility() {}
}
