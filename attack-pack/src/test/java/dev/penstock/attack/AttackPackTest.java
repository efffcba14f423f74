package dev.penstock.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pack against the worst proxy there is: one that passes on every byte. */
@Timeout(120)
class AttackPackTest {
    private Origin origin;
    private ServerSocket pipe;

    @BeforeEach
    void open() throws IOException {
        origin = Origin.open(0);
        pipe = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    @AfterEach
    void close() throws IOException {
        pipe.close();
        origin.close();
    }

    private void accept() {
        while (!pipe.isClosed()) {
            try {
                Socket client = pipe.accept();
                var upstream = new Socket(InetAddress.getLoopbackAddress(), origin.port());
                daemon(() -> copy(client, upstream));
                daemon(() -> copy(upstream, client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[65_536];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // the other side is gone
        }
    }

    private static void daemon(Runnable task) {
        var thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private Finding run(String id) throws IOException {
        Attack attack = AttackPack.attacks().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
        return new AttackPack(address(), origin).run(attack);
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) pipe.getLocalSocketAddress();
    }

    @Test
    void attacks_haveIdsOfTheirOwn_andSources() {
        Set<String> ids = new HashSet<>();
        for (Attack attack : AttackPack.attacks()) {
            assertThat(ids.add(attack.id())).as(attack.id()).isTrue();
            assertThat(attack.sources()).as(attack.id()).isNotEmpty();
            assertThat(attack.best()).as(attack.id()).isNotEqualTo(Outcome.UNSAFE);
        }
        assertThat(ids).hasSizeGreaterThan(300);
    }

    @Test
    void check_ofAPipe_isContent() throws IOException {
        new AttackPack(address(), origin).check();
    }

    @Test
    void whatGetsThroughAsItIs_isFoundOut() throws IOException {
        for (String id :
                List.of("te-cl", "cl-twice-differs", "value-nul", "folded", "host-twice", "lf-line", "name-empty")) {
            assertThat(run(id)).as(id).matches(finding -> finding.outcome() == Outcome.UNSAFE);
        }
    }

    @Test
    void aSmuggledRequest_isFoundOut() throws IOException {
        assertThat(run("cl-te").evidence()).contains("GET /smuggled");
    }

    @Test
    void whatTheClientClaims_isFoundOut() throws IOException {
        assertThat(run("claimed-x-forwarded-for").outcome()).isEqualTo(Outcome.UNSAFE);
        assertThat(run("alias-underscore").outcome()).isEqualTo(Outcome.UNSAFE);
    }

    @Test
    void badAnswers_areFoundOut() throws IOException {
        for (String id :
                List.of("answer-reason-nul", "answer-field-value-cr", "answer-chunk-minus", "answer-te-empty")) {
            assertThat(run(id)).as(id).matches(finding -> finding.outcome() == Outcome.UNSAFE);
        }
    }

    @Test
    void anAnswerThatIsVisiblyCut_isFine() throws IOException {
        assertThat(run("answer-cut-cl-closed").outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void slowAttacks_thatNobodyEnds_areFoundOut() throws IOException {
        List<SlowAttack> trickling = SlowPack.attacks().stream()
                .filter(slow -> Set.of("slow-head", "slow-body", "slow-nothing", "slow-reader-stopped")
                        .contains(slow.toString()))
                .toList();
        assertThat(new SlowPack(address(), origin).run(trickling, new SlowAttack.Limit(300, 50)))
                .hasSize(4)
                .allMatch(finding -> finding.outcome() == Outcome.UNSAFE);
    }

    @Test
    void slowAttacksOnTls_goWhereThatIs_orAreLeftOut() throws IOException {
        List<SlowAttack> silent = SlowPack.attacks().stream()
                .filter(slow -> slow.toString().equals("slow-tls-nothing"))
                .toList();
        var limit = new SlowAttack.Limit(300, 50);

        assertThat(new SlowPack(address(), address(), origin).run(silent, limit))
                .singleElement()
                .matches(finding -> finding.outcome() == Outcome.UNSAFE);
        assertThat(new SlowPack(address(), origin).run(silent, limit)).isEmpty();
    }

    @Test
    void slowAttacks_haveIdsOfTheirOwn_andSources() {
        Set<String> ids = new HashSet<>();
        for (SlowAttack slow : SlowPack.attacks()) {
            assertThat(ids.add(slow.toString())).as(slow.toString()).isTrue();
            assertThat(slow.attack().sources()).as(slow.toString()).isNotEmpty();
        }
    }

    @Test
    void theProgram_reportsAndSaysSoByItsStatus() {
        var out = new StringWriter();
        int port = pipe.getLocalPort();
        var free = Origin.open(0);
        int originPort = free.port();
        free.close();
        int status = new Program(new PrintWriter(out), new PrintWriter(out))
                .run("--proxy", "127.0.0.1:" + port, "--origin-port", String.valueOf(originPort), "--patience", "500");
        assertThat(status).isEqualTo(Program.WRONG_USE); // the pipe leads to another endpoint
        assertThat(out.toString()).contains("an ordinary request got");
    }

    @Test
    void wrongUse_isExplained() {
        for (String[] wrong : new String[][] {
            {"--proxy", "nowhere"},
            {"--tls", "nowhere"},
            {"--nope"},
            {"--proxy"},
            {"--proxy", "a:1", "--patience", "x"},
            {"--only", "("}
        }) {
            var err = new StringWriter();
            assertThat(new Program(new PrintWriter(new StringWriter()), new PrintWriter(err)).run(wrong))
                    .isEqualTo(Program.WRONG_USE);
            assertThat(err.toString()).contains("expected:");
        }
    }

    @Test
    void theList_namesEveryAttack() {
        var out = new StringWriter();
        assertThat(new Program(new PrintWriter(out), new PrintWriter(out)).run("--list"))
                .isEqualTo(Program.WELL);
        assertThat(out.toString().lines())
                .hasSize(AttackPack.attacks().size() + SlowPack.attacks().size());
    }
}
