package dev.penstock.config;

import dev.penstock.request.HostName;
import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ClientCertificates.Demand;
import dev.penstock.tls.ServerCertificate;
import dev.penstock.tls.ServerTls;
import dev.penstock.tls.TlsVersion;
import dev.penstock.tls.UpstreamTls;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how TLS is done, on both sides of the proxy. Stateless. */
final class TlsDecoder {
    private static final Path UNSET = Path.of("unset");
    private static final Map<String, Demand> DEMANDS = new LinkedHashMap<>();
    private static final Map<String, Boolean> UNKNOWN_NAMES = new LinkedHashMap<>();
    private static final Map<String, TlsVersion> VERSIONS = new LinkedHashMap<>();

    static {
        DEMANDS.put("off", Demand.OFF);
        DEMANDS.put("optional", Demand.OPTIONAL);
        DEMANDS.put("required", Demand.REQUIRED);
        UNKNOWN_NAMES.put("first", false);
        UNKNOWN_NAMES.put("refuse", true);
        VERSIONS.put("1.2", TlsVersion.V1_2);
        VERSIONS.put("1.3", TlsVersion.V1_3);
    }

    private TlsDecoder() {}

    static @Nullable ServerTls server(Value value, @Nullable ServerTls base) {
        if (value.isText("false")) {
            return null;
        }
        ServerTls given = base == null ? ServerTls.of() : base;
        Fields fields = value.fields("certificates, unknownNames, clients ...; or false");
        ClientCertificates clients =
                fields.optional("clients", given.clients(), some -> clients(some, given.clients()));
        ServerTls tls = given.withClients(clients)
                .withCertificates(
                        fields.optional("certificates", given.certificates(), some -> certificates(some, clients)))
                .withStrict(fields.optional(
                        "unknownNames", given.strict(), word -> word.word(UNKNOWN_NAMES, given.strict())))
                .withMinVersion(fields.optional(
                        "minVersion", given.minVersion(), word -> word.word(VERSIONS, given.minVersion())))
                .withHandshake(fields.optional(
                        "handshakeTimeout", given.handshake(), time -> time.duration(false, given.handshake())));
        fields.end();
        return tls;
    }

    private static List<ServerCertificate> certificates(Value value, ClientCertificates clients) {
        if (value.isMapping()) {
            return List.of(certificate(value, clients));
        }
        return value.items("one or more of {certificate, key}").stream()
                .map(item -> certificate(item, clients))
                .toList();
    }

    private static ServerCertificate certificate(Value value, ClientCertificates clients) {
        Fields fields = value.fields("certificate, key, names, clients");
        var certificate = new ServerCertificate(
                fields.optional("names", List.of(), TlsDecoder::names),
                fields.required("certificate", "a PEM file", UNSET, file -> file.file(UNSET)),
                fields.required("key", "a PEM file", UNSET, file -> file.file(UNSET)),
                fields.optional("clients", clients, some -> clients(some, clients)));
        fields.end();
        return certificate;
    }

    private static List<String> names(Value value) {
        return value.oneOrMore("a list of host names").stream()
                .map(item -> item.parsed(
                        "a host name as in www.example.com or \"*.example.com\"", "unset", TlsDecoder::name))
                .toList();
    }

    private static String name(String text) {
        String bare = text.startsWith("*.") ? text.substring(2) : text;
        String normal = HostName.normalise(bare);
        boolean whole = normal != null && normal.length() == bare.length() && !bare.isEmpty();
        if (!whole || bare.indexOf('*') >= 0 || bare.indexOf(':') >= 0) {
            throw new IllegalArgumentException(text);
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static ClientCertificates clients(Value value, ClientCertificates base) {
        if (value.isText("off") || value.isText("false")) {
            return ClientCertificates.OFF;
        }
        Fields fields = value.fields("off, or demand and ca");
        Demand demand = fields.optional("demand", Demand.REQUIRED, word -> word.word(DEMANDS, Demand.REQUIRED));
        Path ca = fields.nullable("ca", base.ca(), file -> file.file(UNSET));
        fields.end();
        if (demand != Demand.OFF && ca == null) {
            if (value.isMapping()) {
                value.fault("no ca (expected: a PEM file of those whose certificates count)");
            }
            return ClientCertificates.OFF;
        }
        return new ClientCertificates(demand, ca);
    }

    // ---- of services

    static @Nullable UpstreamTls upstream(Value value, @Nullable UpstreamTls base) {
        UpstreamTls given = base == null ? UpstreamTls.defaults() : base;
        if (value.isScalar()) {
            return value.flag(false) ? given : null;
        }
        Fields fields = value.fields("verify, ca, certificate, key, serverName; or true or false");
        boolean verify = fields.optional("verify", given.verify(), flag -> flag.flag(true));
        Path ca = fields.nullable("ca", given.ca(), file -> file.file(UNSET));
        Path certificate = fields.nullable("certificate", given.certificate(), file -> file.file(UNSET));
        Path key = fields.nullable("key", given.key(), file -> file.file(UNSET));
        String serverName = fields.optional(
                "serverName",
                given.serverName(),
                name -> name.parsed("a host name, or an IP address", "", TlsDecoder::serverName));
        fields.end();
        if ((certificate == null) != (key == null)) {
            value.fault((key == null ? "no key" : "no certificate") + " (expected: certificate and key, or neither)");
            return given;
        }
        return new UpstreamTls(verify, ca, certificate, key, serverName);
    }

    private static String serverName(String text) {
        String normal = text.startsWith("[") ? null : HostName.normalise(text);
        if (normal == null || normal.isEmpty() || (normal.length() != text.length() && text.indexOf(':') < 0)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }
}
