package dev.penstock.config;

import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.PortRange;
import dev.penstock.route.HostMatch;
import java.net.URI;
import java.util.List;

/** Reads the catalogs to be followed. Stateless. */
final class CatalogDecoder {
    private CatalogDecoder() {}

    static List<CatalogSource> catalogs(Value value) {
        return value.items("a list of catalogs").stream()
                .map(CatalogDecoder::catalog)
                .toList();
    }

    private static CatalogSource catalog(Value value) {
        if (value.isScalar()) {
            return CatalogSource.of(from(value));
        }
        Fields fields = value.fields("a URI as in docker://, or keys with values: from, allowHosts, allowPorts");
        URI from = fields.required("from", "a URI as in docker://", Uris.UNSET, CatalogDecoder::from);
        CatalogLimits any = CatalogLimits.none();
        List<HostMatch> hosts = fields.optional("allowHosts", any.allowHosts(), CatalogDecoder::hosts);
        List<PortRange> ports = fields.optional("allowPorts", any.allowPorts(), CatalogDecoder::ports);
        fields.end();
        return new CatalogSource(from, new CatalogLimits(hosts, ports));
    }

    private static URI from(Value value) {
        return Uris.of(value, "a URI as in docker://");
    }

    private static List<HostMatch> hosts(Value value) {
        return value.oneOrMore("a list of hosts").stream()
                .map(host -> host.<HostMatch>parsed(
                        "a host name without port, as in www.example.com or \"*.example.com\"",
                        new HostMatch.Any(),
                        HostMatch::parse))
                .toList();
    }

    private static List<PortRange> ports(Value value) {
        return value.oneOrMore("a list of ports").stream()
                .map(range -> range.parsed("ports as in 53 or 1024-65535", PortRange.ALL, PortRange::parse))
                .toList();
    }
}
