package dev.penstock.discovery.dns;

import dev.penstock.time.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    private final Ticker ticker;
    private final int tries;
    private final Map<InetSocketAddress, Long> silentUntil = new ConcurrentHashMap<>();
    private final Set<InetSocketAddress> plain = ConcurrentHashMap.newKeySet();

    Nameservers(Wire wire, Ticker ticker, int tries) {
        this.wire = wire;
        this.ticker = ticker;
        this.tries = tries;
    }

    /**
     * An answer that counts.
     *
     * @param message with NOERROR or NXDOMAIN
     * @param askedNanos when the question was last sent
     */
    record Answer(Message message, long askedNanos) {}

    CompletionStage<Answer> ask(Question question, List<InetSocketAddress> servers) {
        var inquiry = new Inquiry(question, inOrder(servers));
        inquiry.next();
        return inquiry.answer;
    }

    private List<InetSocketAddress> inOrder(List<InetSocketAddress> servers) {
        long now = ticker.nanos();
        List<InetSocketAddress> order = new ArrayList<>();
        List<InetSocketAddress> last = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            Long until = silentUntil.get(server);
            (until != null && until - now > 0 ? last : order).add(server);
        }
        order.addAll(last);
        return order;
    }

    private void silent(InetSocketAddress server) {
        if (silentUntil.size() < MAX_REMEMBERED) {
            silentUntil.put(server, ticker.nanos() + LAST_NANOS);
        }
    }

    /** One question on its way through the servers. Confined to one thread after another. */
    private final class Inquiry {
        private final Question question;
        private final List<InetSocketAddress> servers;
        private final List<InetSocketAddress> useless = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private int attempt;

        Inquiry(Question question, List<InetSocketAddress> servers) {
            this.question = question;
            this.servers = servers;
        }

        void next() {
            while (attempt < servers.size() * tries) {
                InetSocketAddress server = servers.get(attempt++ % servers.size());
                if (!useless.contains(server)) {
                    ask(server, !plain.contains(server));
                    return;
                }
            }
            String servers = problems.isEmpty() ? "no nameserver is known" : String.join("; ", problems);
            answer.completeExceptionally(new DnsProblem(question + ": " + servers));
        }

        private void ask(InetSocketAddress server, boolean extended) {
            long now = ticker.nanos();
            wire.ask(question, server, extended).whenComplete((message, problem) -> {
                if (message != null) {
                    silentUntil.remove(server);
                    judge(server, extended, message, now);
                } else {
                    silent(server);
                    failed(server, String.valueOf(problem == null ? null : problem.getMessage()));
                }
            });
        }

        private void judge(InetSocketAddress server, boolean extended, Message message, long now) {
            int code = message.getRcode();
            if (code == Rcode.NXDOMAIN || (code == Rcode.NOERROR && !isReferral(message))) {
                answer.complete(new Answer(message, now));
            } else if (extended && message.getOPT() == null && (code == Rcode.FORMERR || code == Rcode.NOTIMP)) {
                if (plain.size() < MAX_REMEMBERED) {
                    plain.add(server); // it does not understand EDNS (RFC 6891 section 7)
                }
                ask(server, false);
            } else {
                useless.add(server);
                failed(server, code == Rcode.NOERROR ? "refers to other nameservers" : said(message));
            }
        }

        private void failed(InetSocketAddress server, String problem) {
            String sentence = text(server) + ": " + problem;
            if (!problems.contains(sentence)) {
                problems.add(sentence);
            }
            next();
        }
    }

    /** An empty answer that only names other servers says nothing about the name (RFC 2308 section 2.2). */
    private static boolean isReferral(Message message) {
        return message.getSection(Section.ANSWER).isEmpty()
                && !message.getHeader().getFlag(Flags.AA)
                && message.getSection(Section.AUTHORITY).stream().anyMatch(r -> r.getType() == Type.NS)
                && message.getSection(Section.AUTHORITY).stream().noneMatch(r -> r.getType() == Type.SOA);
    }

    /** The code, and the reason where the server gives one (RFC 8914). */
    private static String said(Message message) {
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
