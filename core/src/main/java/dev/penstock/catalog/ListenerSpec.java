package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.resolve.IpLiteral;
import dev.penstock.route.Route;
import dev.penstock.tls.ServerTls;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a listener: an address the proxy accepts on, and how it treats clients. Immutable. More than eight
 * components: each is a record of settings of its own.
 *
 * @param name what routes call it; not blank, neither {@code .} nor {@code ..}
 * @param host the address to bind, an IP literal or a name; empty: all addresses of the machine
 * @param port {@code 0..65535}; {@code 0}: any free port
 * @param protocol what it takes what comes in for
 * @param answers how errors are answered
 * @param forwarding what endpoints are told of the client
 * @param limits what a client may send
 * @param timeouts how long a client may take
 * @param tls how it does TLS; null: it does not
 * @param apart whether only routes that name it are for its requests, as for the port of one service; without a meaning where
 *     it takes no HTTP
 * @param provenance where it is defined
 */
public record ListenerSpec(
        String name,
        String host,
        int port,
        Protocol protocol,
        ErrorAnswers answers,
        Forwarding forwarding,
        ClientLimits limits,
        ClientTimeouts timeouts,
        @Nullable ServerTls tls,
        boolean apart,
        Provenance provenance) {
    /** Checks name and port. */
    public ListenerSpec {
        requireNonNull(host, "host");
        requireNonNull(protocol, "protocol");
        requireNonNull(answers, "answers");
        requireNonNull(forwarding, "forwarding");
        requireNonNull(limits, "limits");
        requireNonNull(timeouts, "timeouts");
        requireNonNull(provenance, "provenance");
        if (name.isBlank()) {
            throw new IllegalArgumentException("listener name: \"" + name + "\" (expected: not blank)");
        }
        if (name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "listener name: \"" + name + "\" (expected: another one; in URLs it means a folder)");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
    }

    /**
     * A listener in code, named after its address, with the documented defaults.
     *
     * @param address {@code host:port}, {@code [IPv6]:port}, or {@code :port} for all addresses of the machine
     * @return the definition
     * @throws IllegalArgumentException if the address has no port
     */
    public static ListenerSpec of(String address) {
        return of(address, address);
    }

    /**
     * A listener in code with the documented defaults.
     *
     * @param name see {@link #name()}
     * @param address see {@link #of(String)}
     * @return the definition
     * @throws IllegalArgumentException if the address has no port
     */
    public static ListenerSpec of(String name, String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? "" : address.substring(0, colon);
        String port = address.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (colon < 0 || !port.matches("[0-9]{1,5}") || (host.indexOf(':') >= 0 && !bracketed)) {
            throw new IllegalArgumentException(
                    "address: \"" + address + "\" (expected: host:port, [IPv6]:port or :port, port in 0..65535)");
        }
        return of(name, bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    /** The same from an address that is known to be one. */
    static ListenerSpec of(String name, String host, int port) {
        return new ListenerSpec(
                name,
                host,
                port,
                Protocol.HTTP,
                ErrorAnswers.defaults(),
                Forwarding.defaults(),
                ClientLimits.defaults(),
                ClientTimeouts.defaults(),
                null,
                false,
                Provenance.CODE);
    }

    /**
     * The address in one piece.
     *
     * @return {@code host:port}, an IPv6 host in brackets, {@code *} for all addresses
     */
    public String address() {
        if (host.isEmpty()) {
            return "*:" + port;
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /**
     * The same listener at another port.
     *
     * @param port see {@link #port()}
     * @return a copy
     */
    public ListenerSpec withPort(int port) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * The same listener for something else.
     *
     * @param protocol see {@link #protocol()}
     * @return a copy
     */
    public ListenerSpec withProtocol(Protocol protocol) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * The same listener with other error answers.
     *
     * @param answers see {@link #answers()}
     * @return a copy
     */
    public ListenerSpec withAnswers(ErrorAnswers answers) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * The same listener with other forwarding.
     *
     * @param forwarding see {@link #forwarding()}
     * @return a copy
     */
    public ListenerSpec withForwarding(Forwarding forwarding) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * The same listener with other limits.
     *
     * @param limits see {@link #limits()}
     * @return a copy
     */
    public ListenerSpec withLimits(ClientLimits limits) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * The same listener with other timeouts.
     *
     * @param timeouts see {@link #timeouts()}
     * @return a copy
     */
    public ListenerSpec withTimeouts(ClientTimeouts timeouts) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * The same listener with or without TLS.
     *
     * @param tls see {@link #tls()}
     * @return a copy
     */
    public ListenerSpec withTls(@Nullable ServerTls tls) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * The same listener for all routes, or for those alone that name it.
     *
     * @param apart see {@link #apart()}
     * @return a copy
     */
    public ListenerSpec withApart(boolean apart) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * The same listener, defined elsewhere.
     *
     * @param provenance see {@link #provenance()}
     * @return a copy
     */
    public ListenerSpec withProvenance(Provenance provenance) {
        return new ListenerSpec(
                name, host, port, protocol, answers, forwarding, limits, timeouts, tls, apart, provenance);
    }

    /**
     * Tells whether another is the same in all but where it is defined.
     *
     * @param other any
     * @return true also for itself
     */
    public boolean isAlike(ListenerSpec other) {
        return equals(other.withProvenance(provenance));
    }

    /**
     * Tells whether two that are given one port would take it from each other, as far as their hosts tell that without anybody
     * being asked: {@code localhost} is {@code 127.0.0.1}, all ways to write an IP address are one, and of other names each is an
     * address of its own.
     *
     * @param other any
     * @return false where one takes connections, the other datagrams
     */
    public boolean overlaps(ListenerSpec other) {
        return port == other.port
                && protocol.isOverTcp() == other.protocol.isOverTcp()
                && (isForAll() || other.isForAll() || place().equals(other.place()));
    }

    /**
     * Tells the same with the doubt on the other side: a name, but {@code localhost}, may be any address.
     *
     * @param other any
     * @return true where {@link #overlaps} says so, and where a host is a name and the rest is the same
     */
    public boolean mayOverlap(ListenerSpec other) {
        return overlaps(other)
                || (port == other.port
                        && protocol.isOverTcp() == other.protocol.isOverTcp()
                        && (isNamed() || other.isNamed()));
    }

    /**
     * Tells whether a route counts here: one that names this listener, or that names none where it takes HTTP from anybody.
     *
     * @param route one of the same table
     * @return true if requests that come in here may match it
     */
    public boolean isFor(Route route) {
        Set<String> named = route.match().listeners();
        return named.isEmpty() ? protocol.isHttp() && !apart : named.contains(name);
    }

    /**
     * Tells whether it is for all addresses of the machine.
     *
     * @return true without a host, and for {@code 0.0.0.0} and {@code ::}
     */
    public boolean isForAll() {
        return host.isEmpty()
                || IpLiteral.parse(host).map(InetAddress::isAnyLocalAddress).orElse(false);
    }

    private boolean isNamed() {
        return !host.equalsIgnoreCase("localhost") && IpLiteral.parse(host).isEmpty();
    }

    private String place() {
        return host.equalsIgnoreCase("localhost")
                ? "127.0.0.1"
                : IpLiteral.parse(host).map(InetAddress::getHostAddress).orElse(host.toLowerCase(Locale.ROOT));
    }
}
