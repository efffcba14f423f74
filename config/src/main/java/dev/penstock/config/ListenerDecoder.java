package dev.penstock.config;

import dev.penstock.catalog.AnswerLimits;
import dev.penstock.catalog.ClientLimits;
import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ConnectionLimits;
import dev.penstock.catalog.ErrorAnswers;
import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.Forwarding.ForwardedFor;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.Provenance;
import dev.penstock.resolve.AddressRange;
import dev.penstock.tls.ServerTls;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads listeners. Stateless. */
final class ListenerDecoder {
    /** Stands in for a listener without a usable address, so that the rest of the file can be checked. */
    private static final String ANY_PORT = "127.0.0.1:0";

    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.%a-z]+]|[^\\s/\\[\\]:]*):[0-9]{1,5}");
    private static final String ADDRESS_EXPECTED = "host:port, [IPv6]:port or :port, port in 0..65535";
    private static final Map<String, ForwardedFor> FORWARDED_FOR = new LinkedHashMap<>();

    static {
        FORWARDED_FOR.put("append", ForwardedFor.APPEND);
        FORWARDED_FOR.put("replace", ForwardedFor.REPLACE);
        FORWARDED_FOR.put("if_absent", ForwardedFor.IF_ABSENT);
    }

    private ListenerDecoder() {}

    /** The settings of a listener that says nothing: those in {@code defaults.listener}. */
    static ListenerSpec defaults(Value value) {
        Fields fields = value.fields("settings of listeners");
        ListenerSpec defaults = settings(fields, ListenerSpec.of("defaults", ANY_PORT));
        fields.end();
        return defaults;
    }

    static ListenerSpec builtInDefaults() {
        return ListenerSpec.of("defaults", ANY_PORT);
    }

    /** A listener: keys with values, or its address alone. A route that is defined with it is added. */
    static ListenerSpec listener(Value value, ListenerSpec defaults, String source, ListenerRoutes routes) {
        Provenance provenance = value.definedIn(source);
        if (value.isScalar()) {
            String address = address(value);
            return named(address, address, defaults, provenance);
        }
        Fields fields = value.fields("an address, or keys with values");
        String address = fields.required("address", ADDRESS_EXPECTED, ANY_PORT, ListenerDecoder::address);
        String name = fields.optional("name", address, named -> named.name(address));
        Protocol streams = fields.optional("tcp", Protocol.HTTP, tcp -> tcp(tcp, name, provenance, routes));
        Protocol protocol = fields.optional("udp", streams, udp -> {
            if (!streams.isHttp()) {
                udp.unexpected("none beside tcp; a listener of its own at the same address");
                return streams;
            }
            return udp(udp, name, provenance, routes);
        });
        ListenerSpec listener =
                settings(fields, named(name, address, defaults, provenance)).withProtocol(protocol);
        fields.end();
        return listener;
    }

    /** Connections that are passed on: to one service, or by the routes of the listener. */
    private static Protocol tcp(Value value, String listener, Provenance provenance, ListenerRoutes routes) {
        Protocol.Tcp base = Protocol.Tcp.defaults();
        if (value.isScalar()) {
            routes.add(listener, value, provenance);
            return base;
        }
        Fields fields = value.fields("the name of a service, or keys with values: service, sni, idle");
        service(fields, listener, provenance, routes);
        Protocol.Tcp tcp = new Protocol.Tcp(
                fields.optional("sni", base.sni(), flag -> flag.flag(base.sni())),
                fields.optional("idle", base.idle(), time -> time.duration(false, base.idle())));
        fields.end();
        return tcp;
    }

    /** Datagrams that are passed on: to one service, or by the routes of the listener. */
    private static Protocol udp(Value value, String listener, Provenance provenance, ListenerRoutes routes) {
        Protocol.Udp base = Protocol.Udp.defaults();
        if (value.isScalar()) {
            routes.add(listener, value, provenance);
            return base;
        }
        Fields fields = value.fields("the name of a service, or keys with values: service, oneShot, idle");
        service(fields, listener, provenance, routes);
        var udp = new Protocol.Udp(
                fields.optional("oneShot", base.oneShot(), flag -> flag.flag(base.oneShot())),
                fields.optional("idle", base.idle(), time -> time.duration(false, base.idle())));
        fields.end();
        return udp;
    }

    private static void service(Fields fields, String listener, Provenance provenance, ListenerRoutes routes) {
        fields.optional("service", false, service -> {
            routes.add(listener, service, provenance);
            return true;
        });
    }

    static String address(Value value) {
        return value.parsed(ADDRESS_EXPECTED, ANY_PORT, text -> {
            if (!ADDRESS.matcher(text).matches()) {
                throw new IllegalArgumentException(text);
            }
            ListenerSpec.of("address", text); // checks the port
            return text;
        });
    }

    private static ListenerSpec named(String name, String address, ListenerSpec settings, Provenance provenance) {
        ListenerSpec bare = ListenerSpec.of(name, address);
        return new ListenerSpec(
                name,
                bare.host(),
                bare.port(),
                Protocol.HTTP,
                settings.answers(),
                settings.forwarding(),
                settings.limits(),
                settings.timeouts(),
                settings.tls(),
                false,
                provenance);
    }

    private static ListenerSpec settings(Fields fields, ListenerSpec base) {
        ErrorAnswers answers = base.answers();
        int noRoute =
                fields.optional("noRoute", answers.noRouteStatus(), value -> status(value, answers.noRouteStatus()));
        int noEndpoints = fields.optional(
                "noEndpoints", answers.noEndpointsStatus(), value -> status(value, answers.noEndpointsStatus()));
        boolean reason =
                fields.optional("reasonHeader", answers.reasonHeader(), value -> value.flag(answers.reasonHeader()));
        return base.withAnswers(new ErrorAnswers(noRoute, noEndpoints, reason))
                .withForwarding(
                        fields.optional("forwarded", base.forwarding(), value -> forwarding(value, base.forwarding())))
                .withLimits(fields.optional("limits", base.limits(), value -> limits(value, base.limits())))
                .withTimeouts(fields.optional("timeouts", base.timeouts(), value -> timeouts(value, base.timeouts())))
                .withTls(fields.<ServerTls>nullable("tls", base.tls(), value -> TlsDecoder.server(value, base.tls())));
    }

    private static int status(Value value, int standIn) {
        if (value.isText("404") || value.isText("503")) {
            return value.integer(404, 503, standIn);
        }
        value.unexpected("404 or 503");
        return standIn;
    }

    private static Forwarding forwarding(Value value, Forwarding base) {
        Fields fields = value.fields("for, trustedProxies, serverName, standard, via, requestId, proxyProtocol");
        var forwarding = new Forwarding(
                fields.optional("for", base.forwardedFor(), word -> word.word(FORWARDED_FOR, base.forwardedFor())),
                fields.optional("trustedProxies", base.trustedProxies(), ListenerDecoder::ranges),
                fields.optional("serverName", base.serverName(), ListenerDecoder::serverName),
                fields.optional("standard", base.standard(), flag -> flag.flag(base.standard())),
                fields.optional("via", base.via(), flag -> flag.flag(base.via())),
                fields.optional("requestId", base.requestId(), flag -> flag.flag(base.requestId())),
                fields.optional("proxyProtocol", base.proxyProtocol(), ListenerDecoder::ranges));
        fields.end();
        return forwarding;
    }

    private static String serverName(Value value) {
        return value.parsed(
                "a host name",
                "",
                name -> Forwarding.defaults().withServerName(name).serverName());
    }

    private static List<AddressRange> ranges(Value value) {
        String expected = "an IP address, or one with /bits as in 10.0.0.0/8";
        AddressRange standIn = AddressRange.parse("127.0.0.1");
        return value.oneOrMore("a list of address ranges").stream()
                .map(item -> item.parsed(expected, standIn, AddressRange::parse))
                .toList();
    }

    private static ClientLimits limits(Value value, ClientLimits base) {
        Fields fields = value.fields(
                "requestLine, headers, headerCount, body, chunkLine, connectionNames, connections, perAddress, bodyRate,"
                        + " buffer, leftover, clientHello, proxyHeader");
        int line = base.requestLineBytes();
        int headers = base.headerBytes();
        int count = base.headerCount();
        long body = base.bodyBytes();
        int chunkLine = base.chunkLineBytes();
        int names = base.connectionNames();
        var limits = new ClientLimits(
                fields.optional("requestLine", line, size -> (int) size.size(64, 1 << 20, line)),
                fields.optional("headers", headers, size -> (int) size.size(64, 1 << 20, headers)),
                fields.optional("headerCount", count, number -> number.integer(1, 10_000, count)),
                fields.optional("body", body, size -> size.size(0, Long.MAX_VALUE, body)),
                fields.optional("chunkLine", chunkLine, size -> (int) size.size(64, AnswerLimits.MAX_BYTES, chunkLine)),
                fields.optional("connectionNames", names, number -> number.integer(1, AnswerLimits.MAX_NAMES, names)),
                connections(fields, base.connections()));
        fields.end();
        return limits;
    }

    private static ConnectionLimits connections(Fields fields, ConnectionLimits base) {
        int most = base.most();
        int perAddress = base.perAddress();
        int rate = base.bodyRate();
        int buffer = base.bufferBytes();
        int leftover = base.leftoverBytes();
        int hello = base.clientHelloBytes();
        int proxyHeader = base.proxyHeaderBytes();
        int longest = ConnectionLimits.MAX_PROXY_HEADER_BYTES;
        return new ConnectionLimits(
                fields.optional("connections", most, number -> number.integer(1, 1_000_000, most)),
                fields.optional("perAddress", perAddress, number -> number.integer(0, 1_000_000, perAddress)),
                fields.optional("bodyRate", rate, size -> (int) size.size(0, 1 << 30, rate)),
                fields.optional("buffer", buffer, size -> (int) size.size(1 << 10, 16 << 20, buffer)),
                fields.optional("leftover", leftover, size -> (int) size.size(0, 1 << 30, leftover)),
                fields.optional("clientHello", hello, size -> (int) size.size(1 << 10, 1 << 20, hello)),
                fields.optional("proxyHeader", proxyHeader, size -> (int) size.size(256, longest, proxyHeader)));
    }

    private static Duration keepAlive(Value value, Duration standIn) {
        return value.duration(ClientTimeouts.MIN_KEEP_ALIVE, ClientTimeouts.MAX_KEEP_ALIVE, standIn);
    }

    private static ClientTimeouts timeouts(Value value, ClientTimeouts base) {
        Fields fields = value.fields("header, body, idle, write, drain, linger, keepAlive");
        var timeouts = new ClientTimeouts(
                fields.optional("header", base.header(), time -> time.duration(false, base.header())),
                fields.optional("body", base.body(), time -> time.duration(false, base.body())),
                fields.optional("idle", base.idle(), time -> time.duration(false, base.idle())),
                fields.optional("write", base.write(), time -> time.duration(false, base.write())),
                fields.optional("drain", base.drain(), time -> time.duration(true, base.drain())),
                fields.optional("linger", base.linger(), time -> time.duration(false, base.linger())),
                fields.optional("keepAlive", base.keepAlive(), time -> keepAlive(time, base.keepAlive())));
        fields.end();
        return timeouts;
    }
}
