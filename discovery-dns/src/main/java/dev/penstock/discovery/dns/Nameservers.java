package dev.penstock.discovery.dns;

import dev.penstock.discovery.DiscoveryContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Asks nameservers in turn until one gives an answer that counts: records, or that there are none. Thread-safe.
 *
 * <p>A server that did not answer is asked last for some seconds; one that answered without sense is not asked the same
 * again.
 */
final class Nameservers {
    private static final long LAST_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MAX_REMEMBERED = 1_000;

    private final Wire wire;
    private final DiscoveryContext context;
    private final int tries;
    private final Map<InetSocketAddress, Long> silentUntil = new ConcurrentHashMap<>();
    private final Set<InetSocketAddress> plain = ConcurrentHashMap.newKeySet();

    Nameservers(Wire wire, DiscoveryContext context, int tries) {
        this.wire = wire;
        this.context = context;
        this.tries = tries;
    }

    /** A question that is about to be asked; the answer has NOERROR or NXDOMAIN. */
    Inquiry inquiry(Topic topic, List<InetSocketAddress> servers, long now) {
        // Beside the question for A there is no room in the second; what is known stays until the next one.
        int attempts = servers.size() * (topic.question.type() == Type.AAAA ? 1 : tries);
        return new Inquiry(this, topic, servers, attempts, now);
    }

    Wire wire() {
        return wire;
    }

    DiscoveryContext context() {
        return context;
    }

    /** Whether a server is taken to understand EDNS. */
    boolean isExtended(InetSocketAddress server) {
        return plain.isEmpty() || !plain.contains(server);
    }

    /** A server does not understand EDNS (RFC 6891 section 7). */
    void plain(InetSocketAddress server) {
        if (plain.size() < MAX_REMEMBERED) {
            plain.add(server);
        }
    }

    void spoke(InetSocketAddress server) {
        if (!silentUntil.isEmpty()) {
            silentUntil.remove(server);
        }
    }

    List<InetSocketAddress> inOrder(List<InetSocketAddress> servers) {
        if (silentUntil.isEmpty()) {
            return servers;
        }
        long now = context.ticker().nanos();
        List<InetSocketAddress> order = new ArrayList<>();
        List<InetSocketAddress> last = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            Long until = silentUntil.get(server);
            (until != null && until - now > 0 ? last : order).add(server);
        }
        order.addAll(last);
        return order;
    }

    void silent(InetSocketAddress server) {
        if (silentUntil.size() < MAX_REMEMBERED) {
            silentUntil.put(server, context.ticker().nanos() + LAST_NANOS);
        }
    }

    static boolean counts(Message message) {
        int code = message.getRcode();
        return code == Rcode.NXDOMAIN || (code == Rcode.NOERROR && !isReferral(message));
    }

    /** An empty answer that only names other servers says nothing about the name (RFC 2308 section 2.2). */
    private static boolean isReferral(Message message) {
        return message.getSection(Section.ANSWER).isEmpty()
                && !message.getHeader().getFlag(Flags.AA)
                && message.getSection(Section.AUTHORITY).stream().anyMatch(r -> r.getType() == Type.NS)
                && message.getSection(Section.AUTHORITY).stream().noneMatch(r -> r.getType() == Type.SOA);
    }

    /** The code, and the reason where the server gives one (RFC 8914). */
    static String said(Message message) {
        OPTRecord extension = message.getOPT();
        String reason = extension == null
                ? ""
                : extension.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
                        .map(option -> ((ExtendedErrorCodeOption) option).getText())
                        .filter(text -> text != null && !text.isBlank())
                        .map(text -> " (" + text + ")")
                        .findFirst()
                        .orElse("");
        return Rcode.string(message.getRcode()) + reason;
    }

    static String text(InetSocketAddress server) {
        String host = server.getAddress() == null
                ? server.getHostString()
                : server.getAddress().getHostAddress();
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + server.getPort() : host + ":" + server.getPort();
    }
}
