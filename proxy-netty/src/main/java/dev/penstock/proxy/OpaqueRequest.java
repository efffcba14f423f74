package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.penstock.catalog.ProxyProtocol;
import dev.penstock.request.Attempts;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection or a flow of datagrams whose bytes are passed on, as routing and balancing see it. Confined to its event loop. */
final class OpaqueRequest implements Request {
    private final String scheme;
    private final String listener;
    private final String host;
    private final InetSocketAddress source;
    private final InetSocketAddress local;
    private final String client;
    private final Attempts attempts = new Attempts();

    /**
     * One that goes nowhere yet.
     *
     * @param scheme {@code tcp} or {@code udp}
     * @param listener where it came in
     * @param host what it asks for; empty if it does not
     * @param source the client
     * @param local the address that it came to
     */
    OpaqueRequest(String scheme, String listener, String host, InetSocketAddress source, InetSocketAddress local) {
        this.scheme = scheme;
        this.listener = listener;
        this.host = host;
        this.source = source;
        this.local = local;
        this.client = ForwardingHeaders.text(source.getAddress());
    }

    Attempts attempts() {
        return attempts;
    }

    /** The header that tells an endpoint of the client, one byte a character; empty where it is not to be told. */
    String preface(ProxyProtocol version) {
        return switch (version) {
            case OFF -> "";
            case V1 -> new String(ProxyHeader.text(source, local), ISO_8859_1);
            case V2 -> new String(ProxyHeader.binary(source, local), ISO_8859_1);
        };
    }

    @Override
    public boolean isHttp() {
        return false;
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public String client() {
        return client;
    }

    @Override
    public String method() {
        return "";
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String path() {
        return "*";
    }

    @Override
    public String query() {
        return "";
    }

    @Override
    public @Nullable String header(String name) {
        return null;
    }

    @Override
    public Tried tried() {
        return attempts;
    }
}
