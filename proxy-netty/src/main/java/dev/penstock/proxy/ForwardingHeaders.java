package dev.penstock.proxy;

import dev.penstock.catalog.Forwarding;
import dev.penstock.proxy.http1.FieldLine;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.resolve.AddressRange;
import dev.penstock.time.Randomness;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an endpoint is told of the client, and whom the proxy takes for the client. Immutable. */
final class ForwardingHeaders {
    private static final FieldName FORWARDED = FieldName.of("Forwarded");
    static final FieldName FOR = FieldName.of("X-Forwarded-For");
    private static final FieldName PROTO = FieldName.of("X-Forwarded-Proto");
    private static final FieldName HOST = FieldName.of("X-Forwarded-Host");
    private static final FieldName SERVER = FieldName.of("X-Forwarded-Server");
    static final FieldName REAL_IP = FieldName.of("X-Real-IP");

    private final Forwarding forwarding;
    private final String serverName;
    private final String scheme;
    private final FieldLine proto;
    private final @Nullable FieldLine server;
    private final @Nullable Via via;

    /**
     * The rules of a listener.
     *
     * @param forwarding what it says
     * @param machine the name of this machine, where it names no server
     * @param scheme {@code http} or {@code https}
     */
    ForwardingHeaders(Forwarding forwarding, String machine, String scheme) {
        this.forwarding = forwarding;
        this.scheme = scheme;
        this.serverName = forwarding.serverName().isEmpty() ? machine : forwarding.serverName();
        this.proto = FieldLine.of(PROTO, scheme);
        this.server = serverName.isEmpty() ? null : FieldLine.of(SERVER, serverName);
        this.via = forwarding.via() ? new Via(serverName) : null;
    }

    /** The trace of where messages came by; null where none is kept. */
    @Nullable
    Via via() {
        return via;
    }

    /** The name of a request in logs; empty where requests get none. */
    String requestId(Fields headers, boolean trusted) {
        return forwarding.requestId() ? RequestId.settle(headers, trusted, Randomness.system()) : "";
    }

    boolean trusts(InetAddress peer) {
        for (AddressRange range : forwarding.trustedProxies()) {
            if (range.contains(peer)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The client: the peer, or behind trusted proxies the right-most address that is none of them.
     *
     * @param headers of the request
     * @param peer the address the connection comes from
     * @param trusted whether that one is trusted
     */
    String client(Fields headers, String peer, boolean trusted) {
        if (!trusted || !headers.contains(FOR)) {
            return peer;
        }
        String client = peer;
        String[] hops = String.join(",", headers.all(FOR)).split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            InetAddress hop = address(hops[i].trim());
            if (hop == null) {
                return client; // beyond a hop that cannot be read nothing is to be believed
            }
            client = text(hop);
            if (!trusts(hop)) {
                return client;
            }
        }
        return client;
    }

    private static @Nullable InetAddress address(String text) {
        String literal = text;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            literal = end < 0 ? "" : text.substring(1, end);
        } else if (text.indexOf('.') >= 0 && text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') > 0) {
            literal = text.substring(0, text.indexOf(':'));
        }
        return NetUtil.createInetAddressFromIpAddressString(literal);
    }

    /** An address as a literal, without the name of an interface. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /** Writes what the endpoint is told; the fields of the connection have been taken out before. */
    void apply(Fields headers, Peer peer, String client, String authority) {
        boolean trusted = peer.trusted();
        if (!trusted) {
            headers.remove(FORWARDED); // RFC 7239: whoever wrote it is not to be believed
            HopByHop.stripClaims(headers);
        }
        if (forwarding.standard()) {
            standard(headers, peer.text(), authority);
        }
        forwardFor(headers, peer, client);
        tell(headers, PROTO, proto, trusted);
        tell(headers, HOST, authority, trusted);
        tell(headers, SERVER, server, trusted);
        if (client.equals(peer.text())) {
            tell(headers, REAL_IP, peer.realIp(), trusted);
        } else {
            tell(headers, REAL_IP, client, trusted);
        }
    }

    /** RFC 7239: one more element, of the same facts as X-Forwarded-For, -Proto and -Host. */
    private void standard(Fields headers, String peer, String authority) {
        boolean v6 = peer.indexOf(':') >= 0;
        String element = "for=" + (v6 ? "\"[" + peer + "]\"" : peer)
                + (authority.isEmpty() ? "" : ";host=\"" + authority + '"') + ";proto=" + scheme;
        if (headers.contains(FORWARDED)) {
            headers.set(FORWARDED, String.join(", ", headers.all(FORWARDED)) + ", " + element);
        } else {
            headers.set(FORWARDED, element);
        }
    }

    private void forwardFor(Fields headers, Peer peer, String client) {
        boolean present = headers.contains(FOR);
        switch (forwarding.forwardedFor()) {
            case APPEND -> {
                if (present) {
                    List<String> hops = headers.all(FOR);
                    headers.set(FOR, String.join(", ", hops) + ", " + peer.text());
                } else {
                    headers.set(peer.forwardedFor());
                }
            }
            case REPLACE -> headers.set(FOR, client);
            case IF_ABSENT -> {
                if (!present) {
                    headers.set(peer.forwardedFor());
                }
            }
        }
    }

    private static void tell(Fields headers, FieldName name, @Nullable FieldLine line, boolean trusted) {
        if (trusted && headers.contains(name)) {
            return;
        }
        if (line == null) {
            headers.remove(name);
        } else {
            headers.set(line);
        }
    }

    private static void tell(Fields headers, FieldName name, String value, boolean trusted) {
        if (trusted && headers.contains(name)) {
            return;
        }
        if (value.isEmpty()) {
            headers.remove(name);
        } else {
            headers.set(name, value);
        }
    }
}
