package dev.penstock.discovery.marathon;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import java.time.Duration;

/** What the labels of a port mean for its listener and its service. Stateless. */
final class PortSettings {
    /** How long either side may be silent where no label says it; of UDP a flow is over earlier. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private PortSettings() {}

    static Protocol protocol(PortLabels labels, boolean udp) {
        if (udp) {
            Protocol.Udp flows = Protocol.Udp.defaults();
            boolean said = !labels.client().isZero() || !labels.server().isZero();
            return said ? flows.withIdle(silence(labels)) : flows;
        }
        return labels.http() ? Protocol.HTTP : Protocol.Tcp.defaults().withIdle(silence(labels));
    }

    /** HTTP tells endpoints the client where nobody did before; bytes of other protocols stay as they are. */
    static ListenerSpec listener(ListenerSpec listener, PortLabels labels) {
        if (!listener.protocol().isHttp()) {
            return listener;
        }
        Duration client = orDefault(labels.client());
        ClientTimeouts timeouts = listener.timeouts();
        return listener.withForwarding(listener.forwarding().withForwardedFor(Forwarding.ForwardedFor.IF_ABSENT))
                .withTimeouts(timeouts.withHeader(shorter(timeouts.header(), client))
                        .withBody(client)
                        .withIdle(client)
                        .withWrite(client));
    }

    static ServiceSpec service(ServiceSpec service, PortLabels labels, PortRules rules) {
        UpstreamTimeouts timeouts = service.timeouts();
        return service.withBalancer(rules.balancer())
                .withTimeouts(timeouts.withResponse(orDefault(labels.server())).withTunnel(silence(labels)))
                .withLimits(service.limits()
                        .withRequests(rules.connections())
                        .withPerEndpoint(labels.mostOf(rules.group())));
    }

    /** A connection that both sides leave silent is over when the first of them was silent for too long. */
    private static Duration silence(PortLabels labels) {
        return shorter(orDefault(labels.client()), orDefault(labels.server()));
    }

    private static Duration orDefault(Duration said) {
        return said.isZero() ? SILENCE : said;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
