package dev.penstock.attack;

import dev.penstock.attack.SlowAttack.End;
import dev.penstock.attack.SlowAttack.Limit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The attacks by time and amount, all at once, while another client asks for something every now and then. Confined to one
 * thread.
 */
public final class SlowPack {
    private static final int ANSWER_BYTES = 16 << 20; // more than the systems on the way hold

    /** Of looks at what goes on, besides those that the time of the attacks has. */
    private static final int MORE_LOOKS = 100;

    private final InetSocketAddress proxy;
    private final @Nullable InetSocketAddress tls;
    private final Origin origin;
    private final AttackPack others;

    /**
     * A pack.
     *
     * @param proxy what is attacked; its time-outs should be shorter than the time that attacks are given
     * @param origin its only endpoint
     */
    public SlowPack(InetSocketAddress proxy, Origin origin) {
        this(proxy, null, origin);
    }

    /**
     * A pack that attacks TLS as well.
     *
     * @param proxy what is attacked; its time-outs should be shorter than the time that attacks are given
     * @param tls where the same proxy speaks TLS; null: nowhere, and attacks on that are left out
     * @param origin its only endpoint
     */
    public SlowPack(InetSocketAddress proxy, @Nullable InetSocketAddress tls, Origin origin) {
        this.proxy = proxy;
        this.tls = tls;
        this.origin = origin;
        this.others = new AttackPack(proxy, origin);
    }

    /**
     * Every attack.
     *
     * @return in the order of reports
     */
    public static List<SlowAttack> attacks() {
        return SlowAttacks.all();
    }

    /**
     * Runs attacks at the same time.
     *
     * @param given which ones; those on TLS are left out where there is none
     * @param limit how long each goes on at most
     * @return what came of each
     * @throws IOException if the proxy cannot be connected to, or does not lead to the endpoint
     */
    public List<Finding> run(List<SlowAttack> given, Limit limit) throws IOException {
        others.check();
        origin.begin(Reply.kept(
                "HTTP/1.1 200 OK\r\nContent-Length: " + ANSWER_BYTES + "\r\n\r\n" + "a".repeat(ANSWER_BYTES)));
        List<FutureTask<End>> running = new ArrayList<>();
        List<SlowAttack> attacks =
                given.stream().filter(attack -> tls != null || !attack.byTls()).toList();
        for (SlowAttack attack : attacks) {
            InetSocketAddress target = attack.byTls() && tls != null ? tls : proxy;
            var task = new FutureTask<>(() -> attack.course().run(target, limit));
            running.add(task);
            var thread = new Thread(task, attack.attack().id());
            thread.setDaemon(true);
            thread.start();
        }
        String harm = "";
        List<Finding> findings = new ArrayList<>();
        int looks = 2 * limit.steps() + MORE_LOOKS;
        for (FutureTask<End> task : running) {
            for (; looks > 0 && !task.isDone(); looks--) {
                Answer answer = others.ordinary();
                if (harm.isEmpty() && !answer.looksWhole()) {
                    harm = "another client got " + answer;
                }
                end(task, limit.stepMillis());
            }
        }
        for (int i = 0; i < attacks.size(); i++) {
            findings.add(finding(attacks.get(i).attack(), end(running.get(i), 1), harm));
        }
        return findings;
    }

    private static Finding finding(Attack attack, End end, String harm) {
        return harm.isEmpty()
                ? new Finding(attack, end.outcome(), end.text())
                : new Finding(attack, Outcome.UNSAFE, end.text() + "; meanwhile " + harm);
    }

    /** The end of an attack, or as if it lasted where that does not come in time. */
    private static End end(FutureTask<End> attack, int millis) throws IOException {
        try {
            return attack.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return End.LASTED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }
}
