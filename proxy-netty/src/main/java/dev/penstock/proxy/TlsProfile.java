package dev.penstock.proxy;

import dev.penstock.tls.UpstreamTls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;

/**
 * One way to call endpoints by TLS, with what its files said at one moment. Compared by identity: a connection made by another
 * profile, or by an older one of the same settings, is not used for this one. Thread-safe.
 */
final class TlsProfile {
    private final UpstreamTls spec;
    private final SslContext context;
    private final FileStamps stamps;
    private final AtomicLong usedNanos = new AtomicLong();

    TlsProfile(UpstreamTls spec, SslContext context, FileStamps stamps) {
        this.spec = spec;
        this.context = context;
        this.stamps = stamps;
    }

    UpstreamTls spec() {
        return spec;
    }

    /** What its files looked like before they were read. */
    FileStamps stamps() {
        return stamps;
    }

    void used(long nowNanos) {
        usedNanos.setPlain(nowNanos);
    }

    long usedNanos() {
        return usedNanos.getPlain();
    }

    /** Secures a connection to an endpoint: asks for its name and verifies it. */
    SslHandler handler(Channel channel, String host, int port, long timeoutMillis) {
        String name = spec.serverName().isEmpty() ? host : spec.serverName();
        SslHandler handler = context.newHandler(channel.alloc(), name, port);
        RecordCumulator.install(handler, channel);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(spec.verify() ? "HTTPS" : "");
        boolean address = NetUtil.createByteArrayFromIpAddressString(name) != null;
        // By itself JDK asks for no name without a dot; for an address there is none to ask for (RFC 6066, 3).
        parameters.setServerNames(address ? List.of() : List.of(new SNIHostName(name)));
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(timeoutMillis);
        return handler;
    }
}
