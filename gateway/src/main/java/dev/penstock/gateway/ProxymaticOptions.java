package dev.penstock.gateway;

import dev.penstock.catalog.CatalogSource;
import dev.penstock.config.AdminSettings;
import dev.penstock.discovery.marathon.MarathonCatalogFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of proxymatic, each with its variable; a flag wins over that. Confined to one call. */
final class ProxymaticOptions {
    private static final String STATUS = "0.0.0.0:9090";
    private static final int LONGEST_SECONDS = 3_600;
    private static final Map<String, Boolean> FLAGS = Map.of("true", true, "1", true, "false", false, "0", false);
    private static final String REGISTRATOR = " (expected: a URI as in etcd://etcd-host:4001/services)";
    private static final String PEN =
            "there is no Pen here, and no bound on endpoints; instead, --max-connections bounds the"
                    + " connections of a service";
    private static final String HAPROXY =
            "there is no HAProxy here; instead, label com.meltwater.proxymatic.port.N.mode"
                    + " says whether a port is HTTP or TCP";
    private static final String PROXY =
            "virtual hosts read no PROXY header; instead, a listener of a configuration file"
                    + " does, see proxyProtocol";

    @Option(
            names = {"-m", "--marathon"},
            paramLabel = "URL[,URL...]",
            description = "The masters of Marathon, as in http://marathon-01:8080/,http://marathon-02:8080/."
                    + " [MARATHON_URL]")
    private @Nullable String marathon;

    @Option(
            names = {"-c", "--marathon-callback"},
            paramLabel = "URL",
            description =
                    "Where Marathon 0.8 to 1.4 is to post its events, as in http://this-host:5090/; newer ones have a"
                            + " stream of them. [MARATHON_CALLBACK_URL]")
    private @Nullable String callback;

    @Option(
            names = {"-r", "--registrator"},
            paramLabel = "URI",
            description = "Where registrator keeps services, as in etcd://etcd-host:4001/services. [REGISTRATOR_URL]")
    private @Nullable String registrator;

    @Option(
            names = {"-i", "--refresh-interval"},
            paramLabel = "SECONDS",
            description =
                    "How often Marathon is read though no event came; 60 unless said otherwise. [REFRESH_INTERVAL]")
    private @Nullable String interval;

    @Option(
            names = {"-e", "--expose-host"},
            description = "Tasks count that listen on their service port itself at their hosts. [EXPOSE_HOST]")
    private boolean exposeHost;

    @Option(
            names = "--status-endpoint",
            paramLabel = "HOST:PORT",
            description = "Where /status is told, 0.0.0.0:9090 unless said otherwise; empty: nowhere. --admin and"
                    + " PENSTOCK_ADMIN win over it. [STATUS_ENDPOINT]")
    private @Nullable String statusEndpoint;

    @Option(
            names = "--group-size",
            paramLabel = "N",
            description = "How many load balancers share the connections that labels allow to a task; 1 unless said"
                    + " otherwise. [GROUP_SIZE]")
    private @Nullable String groupSize;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Of one service of Marathon at the same time; 8192 unless said otherwise. [MAX_CONNECTIONS]")
    private @Nullable String maxConnections;

    @Option(
            names = "--vhost-domain",
            paramLabel = "DOMAIN",
            description = "Serves each service by host, too, below this domain. [VHOST_DOMAIN]")
    private @Nullable String vhostDomain;

    @Option(
            names = "--vhost-port",
            paramLabel = "PORT",
            description = "Where hosts below that domain are served; 80 unless said otherwise. [VHOST_PORT]")
    private @Nullable String vhostPort;

    @Option(
            names = "--listen",
            paramLabel = "HOST",
            description = "Where ports are opened; all addresses unless said otherwise.")
    private @Nullable String listen;

    @Option(
            names = {"-v", "--verbose"},
            description = "Logs as --log-level=debug does. [VERBOSE: as info does]")
    private boolean verbose;

    @Option(names = "--pen-servers", hidden = true)
    private @Nullable String penServers;

    @Option(names = "--pen-clients", hidden = true)
    private @Nullable String penClients;

    @Option(names = "--haproxy", hidden = true)
    private boolean haproxy;

    @Option(names = "--proxy-protocol", hidden = true)
    private boolean proxyProtocol;

    /** Whether there is nothing to follow. */
    boolean nothing(Map<String, String> variables) {
        return marathon(variables).isEmpty() && registrator(variables).isEmpty();
    }

    private String marathon(Map<String, String> variables) {
        return text(marathon, "MARATHON_URL", variables);
    }

    private String registrator(Map<String, String> variables) {
        return text(registrator, "REGISTRATOR_URL", variables);
    }

    /**
     * What is followed, the strongest first.
     *
     * @throws IllegalArgumentException if something makes no sense, or is not to be had here
     */
    List<CatalogSource> catalogs(Map<String, String> variables) {
        refuse("--pen-servers", penServers != null, "PEN_SERVERS", variables, PEN);
        refuse("--pen-clients", penClients != null, "PEN_CLIENTS", variables, PEN);
        refuse("--haproxy", haproxy || isOn("HAPROXY", variables), "", variables, HAPROXY);
        boolean header = proxyProtocol || isOn("PROXY_PROTOCOL", variables);
        refuse("--proxy-protocol", header, "", variables, PROXY);
        UriQuery ports = new UriQuery()
                .add("listen", listen)
                .add("vhosts", none(text(vhostDomain, "VHOST_DOMAIN", variables)))
                .add("vhostPort", vhostPort(variables));
        List<CatalogSource> catalogs = new ArrayList<>();
        if (!marathon(variables).isEmpty()) {
            URI uri = uri("--marathon", ports.behind(marathonUri(variables)));
            new MarathonCatalogFactory(variables).check(uri);
            catalogs.add(CatalogSource.of(uri));
        }
        if (!registrator(variables).isEmpty()) {
            catalogs.add(CatalogSource.of(registratorUri(variables, ports)));
        }
        return catalogs;
    }

    private String marathonUri(Map<String, String> variables) {
        MarathonUrls urls = MarathonUrls.parse(marathon(variables));
        return new UriQuery()
                .add("tls", urls.tls())
                .add("interval", seconds(text(interval, "REFRESH_INTERVAL", variables)))
                .add("callback", none(text(callback, "MARATHON_CALLBACK_URL", variables)))
                .add("exposeHost", exposeHost || isOn("EXPOSE_HOST", variables))
                .add("group", none(text(groupSize, "GROUP_SIZE", variables)))
                .add("maxConnections", none(text(maxConnections, "MAX_CONNECTIONS", variables)))
                .behind(urls.catalog());
    }

    private URI registratorUri(Map<String, String> variables, UriQuery ports) {
        String text = registrator(variables);
        try {
            URI uri = URI.create(ports.behind(text));
            if (uri.getScheme() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--registrator: no URI" + REGISTRATOR, e);
        }
        String shown = text.indexOf('@') < 0 ? "\"" + text + "\"" : "no scheme"; // there may be a password
        throw new IllegalArgumentException("--registrator: " + shown + REGISTRATOR);
    }

    /** A URI, or a fault that says nothing of its text: it may hold a password. */
    private static URI uri(String flag, String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(flag + ": " + e.getReason() + " at character " + e.getIndex()
                    + " (expected: addresses of masters; of several, none as an IPv6 literal)");
        }
    }

    /** Where the status is told unless a flag or variable of this program says otherwise. */
    AdminSettings admin(Map<String, String> variables) {
        String address = statusEndpoint == null ? variables.getOrDefault("STATUS_ENDPOINT", STATUS) : statusEndpoint;
        AdminSettings plain = AdminSettings.defaults();
        return address.isBlank() ? plain.off() : plain.withAddress(address.strip());
    }

    /** Whether more is logged. */
    boolean verbose() {
        return verbose;
    }

    /** The port of hosts where there is a domain; proxymatic takes one without. */
    private @Nullable String vhostPort(Map<String, String> variables) {
        boolean wanted = !text(vhostDomain, "VHOST_DOMAIN", variables).isEmpty();
        return wanted ? none(text(vhostPort, "VHOST_PORT", variables)) : null;
    }

    private static String text(@Nullable String flag, String variable, Map<String, String> variables) {
        return (flag == null ? variables.getOrDefault(variable, "") : flag).strip();
    }

    private static @Nullable String none(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String seconds(String text) {
        String given = text.isEmpty() ? "60" : text;
        int seconds = given.matches("[0-9]{1,4}") ? Integer.parseInt(given) : 0;
        if (seconds < 1 || seconds > LONGEST_SECONDS) {
            throw new IllegalArgumentException(
                    "--refresh-interval: \"" + given + "\" (expected: seconds in 1.." + LONGEST_SECONDS + ")");
        }
        return seconds + "s";
    }

    private static boolean isOn(String variable, Map<String, String> variables) {
        String text = variables.getOrDefault(variable, "").strip().toLowerCase(Locale.ROOT);
        if (!text.isEmpty() && !FLAGS.containsKey(text)) {
            throw new IllegalArgumentException(variable + ": \"" + text + "\" (expected: true or false)");
        }
        return FLAGS.getOrDefault(text, false);
    }

    private static void refuse(
            String flag, boolean given, String variable, Map<String, String> variables, String instead) {
        boolean inherited = !variables.getOrDefault(variable, "").isBlank();
        if (given || inherited) {
            throw new IllegalArgumentException(
                    (given ? flag : variable) + ": given (expected: not given; " + instead + ")");
        }
    }
}
