package dev.penstock.discovery.dns;

import dev.penstock.discovery.DiscoveryContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
    private final Pace pace;
    private final DiscoveryContext context;
    private final int tries;
    private final Map<InetSocketAddress, Long> silentUntil = new ConcurrentHashMap<>();
    private final Set<InetSocketAddress> plain = ConcurrentHashMap.newKeySet();

    Nameservers(Wire wire, Pace pace, DiscoveryContext context, int tries) {
        this.wire = wire;
        this.pace = pace;
        this.context = context;
        this.tries = tries;
    }

    /** Asks; the answer, put where the caller wants it, has NOERROR or NXDOMAIN. */
    void ask(Question question, List<InetSocketAddress> servers, CompletableFuture<Message> answer) {
        new Inquiry(question, inOrder(servers), answer).next();
    }

    private List<InetSocketAddress> inOrder(List<InetSocketAddress> servers) {
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

    private void silent(InetSocketAddress server) {
        if (silentUntil.size() < MAX_REMEMBERED) {
            silentUntil.put(server, context.ticker().nanos() + LAST_NANOS);
        }
    }

    /** One question on its way through the servers. Confined to one thread after another. */
    private final class Inquiry implements Asker {
        private final Question question;
        private final List<InetSocketAddress> servers;
        private final CompletableFuture<Message> answer;
        private final int attempts;
        private int attempt;
        private Set<InetSocketAddress> useless = Set.of();
        private Set<String> problems = Set.of();

        Inquiry(Question question, List<InetSocketAddress> servers, CompletableFuture<Message> answer) {
            this.question = question;
            this.servers = servers;
            this.answer = answer;
            // Beside the question for A there is no room in the second; what is known stays until the next one.
            attempts = servers.size() * (question.type() == Type.AAAA ? 1 : tries);
        }

        void next() {
            while (attempt < attempts) {
                InetSocketAddress server = servers.get(attempt++ % servers.size());
                if (!useless.contains(server)) {
                    inTurn(server, !plain.contains(server));
                    return;
                }
            }
            String all = problems.isEmpty() ? "no nameserver is known" : String.join("; ", problems);
            String problem = question + ": " + all;
            answer.completeExceptionally(useless.isEmpty() ? DnsProblem.unreachable(problem) : new DnsProblem(problem));
        }

        private void inTurn(InetSocketAddress server, boolean extended) {
            long wait = pace.take(question.name(), context.ticker().nanos());
            if (wait == 0) {
                ask(server, extended);
            } else {
                context.scheduler().schedule(Duration.ofNanos(wait), () -> ask(server, extended));
            }
        }

        private void ask(InetSocketAddress server, boolean extended) {
            if (!answer.isDone()) { // by a late answer, while this waited for its turn
                wire.ask(new Ask(question, server, extended, this));
            }
        }

        @Override
        public void answered(Ask ask, Message message) {
            if (!answer.isDone()) {
                silentUntil.remove(ask.server);
                try {
                    judge(ask.server, ask.extended, message);
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            }
        }

        @Override
        public void failed(Ask ask, String problem) {
            if (!answer.isDone()) {
                silent(ask.server);
                failed(ask.server, problem);
            }
        }

        private void judge(InetSocketAddress server, boolean extended, Message message) {
            int code = message.getRcode();
            if (counts(message)) {
                answer.complete(message);
            } else if (extended && message.getOPT() == null && (code == Rcode.FORMERR || code == Rcode.NOTIMP)) {
                if (plain.size() < MAX_REMEMBERED) {
                    plain.add(server); // it does not understand EDNS (RFC 6891 section 7)
                }
                inTurn(server, false);
            } else {
                useless = and(useless, server);
                failed(server, code == Rcode.NOERROR ? "refers to other nameservers" : said(message));
            }
        }

        /** A slow server is not worse than a fast one: its answer counts while another is asked, or asked again. */
        @Override
        public void late(Message message) {
            if (counts(message)) {
                answer.complete(message);
            }
        }

        private void failed(InetSocketAddress server, String problem) {
            problems = and(problems, text(server) + ": " + problem);
            next();
        }

        @Override
        public boolean isSettled() {
            return answer.isDone();
        }
    }

    private static <T> Set<T> and(Set<T> some, T one) {
        Set<T> all = new LinkedHashSet<>(some);
        all.add(one);
        return all;
    }

    private static boolean counts(Message message) {
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
