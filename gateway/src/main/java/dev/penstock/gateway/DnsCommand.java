package dev.penstock.gateway;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.Configuration;
import dev.penstock.discovery.dns.DnsDiscoveryFactory;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock dns}: a port of this machine for each name in DNS, without a configuration. Confined to one call. */
@Command(
        name = "dns",
        description = {
            "Serves names of DNS: what comes to a port here goes to a port of the machines that the name has, as DNS says"
                    + " now.",
            "Example: penstock dns 80:webserver:8080 81:graphite:8081"
        })
final class DnsCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "EXTERNAL:NAME:INTERNAL[/tcp]",
            description =
                    "The port to open, the name to look for, the port of its machines. Without the last, or with srv"
                            + " in its place, SRV records of the name say targets, ports, priorities and weights. With"
                            + " /tcp behind it bytes are passed on as they are, not read as HTTP.")
    private List<String> mappings = new ArrayList<>();

    @Option(
            names = "--nameserver",
            split = ",",
            paramLabel = "HOST[:PORT]",
            description = "Asked in the place of the system's; several are asked in turn.")
    private List<String> nameservers = new ArrayList<>();

    @Option(
            names = "--interval",
            paramLabel = "TIME|ttl",
            description = "How often to ask: 1s unless said otherwise, or as long as each record may be kept.")
    private @Nullable String interval;

    @Option(names = "--timeout", paramLabel = "TIME", description = "For one try; 300ms unless said otherwise.")
    private @Nullable String timeout;

    @Option(names = "--tries", paramLabel = "N", description = "Of each nameserver; 2 unless said otherwise.")
    private @Nullable String tries;

    @Option(
            names = "--search",
            paramLabel = "on|off|DOMAINS",
            description = "Domains for unqualified names: the system's unless said otherwise.")
    private @Nullable String search;

    @Option(names = "--ipv6", description = "AAAA records count too.")
    private boolean ipv6;

    @Option(
            names = "--resolv-conf",
            paramLabel = "FILE",
            description = "The system's resolver file; /etc/resolv.conf unless said otherwise.")
    private @Nullable String resolvConf;

    @Option(
            names = "--no-endpoints",
            paramLabel = "STATUS",
            description = "404 or 503 while a name has no address; 503 unless said otherwise.")
    private int noEndpoints = 503;

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Override
    public Integer call() throws InterruptedException {
        return source.serve(() -> Configuration.of(catalog()));
    }

    private CatalogState catalog() {
        if (mappings.isEmpty()) {
            throw new IllegalArgumentException("mappings: none (expected: one or more, as in 80:webserver:8080)");
        }
        var ports =
                new PortMap(listener -> listener.withAnswers(listener.answers().withNoEndpointsStatus(noEndpoints)));
        for (String text : mappings) {
            DnsMapping mapping = DnsMapping.parse(text);
            ServiceSpec service = ServiceSpec.of(mapping.target()).withBalancer(source.balancer());
            ports.add(
                    DnsMapping.WHAT,
                    text,
                    mapping.external(),
                    service.withDiscover(discover(mapping)),
                    mapping.tcp() ? Protocol.Tcp.defaults() : Protocol.HTTP);
        }
        return ports.catalog();
    }

    /** Where to look, after a look at whether that makes sense. */
    private URI discover(DnsMapping mapping) {
        String port = mapping.internal() == 0 ? "" : ":" + mapping.internal();
        URI uri = URI.create(options(mapping).behind("dns:///" + UriQuery.escaped(mapping.name()) + port));
        var factory = new DnsDiscoveryFactory();
        factory.shared(uri);
        factory.query(ServiceName.of(mapping.target()), uri);
        return uri;
    }

    private UriQuery options(DnsMapping mapping) {
        return new UriQuery()
                .add("nameservers", nameservers.isEmpty() ? null : String.join(",", nameservers))
                .add("resolv", resolvConf)
                .add("timeout", timeout)
                .add("tries", tries)
                .add("interval", interval)
                .add("search", search)
                .add("ipv6", ipv6)
                .add("srv", mapping.internal() == 0);
    }
}
