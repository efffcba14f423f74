package dev.penstock.discovery.dns;

import dev.penstock.discovery.DiscoveryContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** One question on its way through the servers. Confined to one thread after another, but for its answer. */
final class Inquiry implements Asker {
    private final Nameservers nameservers;
    private final Topic topic;
    private final List<InetSocketAddress> given;
    private final List<InetSocketAddress> servers;
    private final CompletableFuture<Message> answer = new CompletableFuture<>();
    private final long askedNanos;
    private final int attempts;
    private int attempt;
    private Set<InetSocketAddress> useless = Set.of();
    private Set<String> problems = Set.of();

    Inquiry(Nameservers nameservers, Topic topic, List<InetSocketAddress> servers, int attempts, long now) {
        this.nameservers = nameservers;
        this.topic = topic;
        given = servers;
        this.servers = nameservers.inOrder(servers);
        this.attempts = attempts;
        askedNanos = now;
    }

    CompletableFuture<Message> answer() {
        return answer;
    }

    /** Whether its answer will do for somebody who asks these servers now. */
    boolean serves(List<InetSocketAddress> servers, long now) {
        return (!answer.isDone() || now - askedNanos < Questions.FRESH.toNanos()) && given.equals(servers);
    }

    /** Whether its answer is of no use to anybody who asks. */
    boolean isOld(long now) {
        return answer.isDone() && now - askedNanos >= Questions.KEPT.toNanos();
    }

    private DiscoveryContext context() {
        return nameservers.context();
    }

    void next() {
        while (attempt < attempts) {
            InetSocketAddress server = servers.get(attempt++ % servers.size());
            if (!useless.contains(server)) {
                inTurn(server, nameservers.isExtended(server));
                return;
            }
        }
        String all = problems.isEmpty() ? "no nameserver is known" : String.join("; ", problems);
        String problem = topic.question + ": " + all;
        answer.completeExceptionally(useless.isEmpty() ? DnsProblem.unreachable(problem) : new DnsProblem(problem));
    }

    private void inTurn(InetSocketAddress server, boolean extended) {
        long wait = topic.takeTurn(context().ticker().nanos());
        if (wait == 0) {
            ask(server, extended);
        } else {
            context().scheduler().schedule(Duration.ofNanos(wait), () -> ask(server, extended));
        }
    }

    private void ask(InetSocketAddress server, boolean extended) {
        if (!answer.isDone()) { // by a late answer, while this waited for its turn
            nameservers.wire().ask(new Ask(topic, server, extended, this));
        }
    }

    @Override
    public void answered(Ask ask, Message message) {
        if (!answer.isDone()) {
            nameservers.spoke(ask.server);
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
            nameservers.silent(ask.server);
            failed(ask.server, problem);
        }
    }

    private void judge(InetSocketAddress server, boolean extended, Message message) {
        int code = message.getRcode();
        if (Nameservers.counts(message)) {
            answer.complete(message);
        } else if (extended && message.getOPT() == null && (code == Rcode.FORMERR || code == Rcode.NOTIMP)) {
            nameservers.plain(server);
            inTurn(server, false);
        } else {
            useless = and(useless, server);
            failed(server, code == Rcode.NOERROR ? "refers to other nameservers" : Nameservers.said(message));
        }
    }

    /** A slow server is not worse than a fast one: its answer counts while another is asked, or asked again. */
    @Override
    public void late(Message message) {
        if (Nameservers.counts(message)) {
            answer.complete(message);
        }
    }

    private void failed(InetSocketAddress server, String problem) {
        problems = and(problems, Nameservers.text(server) + ": " + problem);
        next();
    }

    @Override
    public boolean isSettled() {
        return answer.isDone();
    }

    private static <T> Set<T> and(Set<T> some, T one) {
        Set<T> all = new LinkedHashSet<>(some);
        all.add(one);
        return all;
    }
}
