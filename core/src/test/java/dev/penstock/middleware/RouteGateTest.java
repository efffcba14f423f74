package dev.penstock.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.request.PlainRequest;
import dev.penstock.time.NarrowExecutor;
import dev.penstock.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class RouteGateTest {
    /** Of the password "open sesame". */
    private static final PasswordHash HASH =
            PasswordHash.parse("pbkdf2_sha256$1000$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=");

    private static Verdict decided(RouteGate gate, PlainRequest request) {
        Passage passage = gate.enter(request, "http");
        Verdict verdict = passage.go();
        while (verdict instanceof Verdict.Undecided undecided) {
            undecided.work().run();
            verdict = passage.go();
        }
        return verdict;
    }

    @Test
    void twoListsOfUsers_bothAskForThePassword() {
        var request = PlainRequest.get("http://a.test/").withHeader("Authorization", "Basic bWU6b3BlbiBzZXNhbWU=");
        var mine = new BasicAuth("one", Map.of("me", HASH), false);
        var others = new BasicAuth("two", Map.of("other", HASH), false);
        var gate = new RouteGate(List.of(mine, others), Ticker.system(), new byte[32], Runnable::run);

        assertThat(decided(new RouteGate(List.of(mine, mine), Ticker.system(), new byte[32], Runnable::run), request))
                .isEqualTo(Verdict.PASS);
        for (int i = 0; i < 2; i++) { // the second time the first list knows it
            assertThat(decided(gate, request))
                    .isInstanceOfSatisfying(
                            Verdict.Answered.class,
                            answered -> assertThat(answered.reason()).isEqualTo("credentials_wrong"));
        }
        assertThat(gate.refused()).containsExactly(Map.entry("credentials_wrong", 2L));
    }

    /** A hash that takes no time and keeps what it was asked. */
    private static PasswordHash asked(long cost, List<String> passwords) {
        return new PasswordHash("asked, cost " + cost, cost, password -> {
            passwords.add(password);
            return true;
        });
    }

    @Test
    void unknownName_isCheckedByTheDearestHash_andNotLetInWhateverThatSays() {
        List<String> cheap = new ArrayList<>();
        List<String> dear = new ArrayList<>();
        for (boolean dearFirst : new boolean[] {true, false}) {
            cheap.clear();
            dear.clear();
            var users = Map.of(
                    "ann", asked(dearFirst ? 2_000 : 1_000, dearFirst ? dear : cheap),
                    "bob", asked(dearFirst ? 1_000 : 2_000, dearFirst ? cheap : dear));
            var gate = gate(new BasicAuth("one", users, false), Runnable::run);

            assertThat(decided(gate, login("eve:a password")))
                    .isInstanceOfSatisfying(
                            Verdict.Answered.class,
                            answered -> assertThat(answered.reason()).isEqualTo("credentials_wrong"));

            assertThat(dear).containsExactly("a password"); // it took what a check by that hash takes
            assertThat(cheap).isEmpty();
            assertThat(decided(gate, login(dearFirst ? "bob:x" : "ann:x"))).isEqualTo(Verdict.PASS);
            assertThat(cheap).containsExactly("x");
        }
    }

    private static RouteGate gate(BasicAuth auth, Executor checks) {
        return new RouteGate(List.of(auth), Ticker.system(), new byte[32], checks);
    }

    private static PlainRequest login(String credentials) {
        String text = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return PlainRequest.get("http://a.test/").withHeader("Authorization", "Basic " + text);
    }

    @Test
    void floodOfWrongPasswords_atOneRoute_delaysChecksOfAnotherByAFewOnly() {
        Queue<Runnable> threads = new ArrayDeque<>();
        var shared = new NarrowExecutor(threads::add, 2);
        var auth = new BasicAuth("one", Map.of("me", HASH), false);
        RouteGate flooded = gate(auth, shared);
        RouteGate other = gate(auth, shared);
        List<String> done = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            flooded.checks().execute(() -> done.add("flooded"));
        }
        other.checks().execute(() -> done.add("other"));

        while (!threads.isEmpty()) {
            assertThat(threads).hasSizeLessThanOrEqualTo(2);
            threads.remove().run();
        }

        assertThat(done).hasSize(65);
        assertThat(done.indexOf("other")).isLessThanOrEqualTo(2);
    }

    @Test
    void passwordsThatWait_areBounded_andNotCheckedForWhoHasLeft() {
        var gate = new RouteGate(
                List.of(new BasicAuth("one", Map.of("me", HASH), false)), Ticker.system(), new byte[32], Runnable::run);
        var request = PlainRequest.get("http://a.test/").withHeader("Authorization", "Basic bWU6b3BlbiBzZXNhbWU=");
        List<Passage> passages = new ArrayList<>();
        List<Runnable> works = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Passage passage = gate.enter(request, "http");
            passages.add(passage);
            works.add(((Verdict.Undecided) passage.go()).work());
        }
        assertThat(gate.enter(request, "http").go()).isInstanceOfSatisfying(Verdict.Answered.class, answered -> {
            assertThat(answered.status()).isEqualTo(503);
            assertThat(answered.reason()).isEqualTo("credentials_overload");
        });

        passages.forEach(Passage::end);
        works.forEach(Runnable::run);

        assertThat(passages.get(0).takeOutcome()).isNull();
        for (int i = 0; i < 64; i++) { // all places are free again, and nothing was learned
            assertThat(gate.enter(request, "http").go()).isInstanceOf(Verdict.Undecided.class);
        }
    }

    @Test
    void foresight_judgesTheLengthOfTheBodyFirst_asTheProxyDoes() {
        var gate = new RouteGate(
                List.of(new BasicAuth("one", Map.of("me", HASH), false), new BodyLimit(10), new BodyLimit(5)),
                Ticker.system(),
                new byte[32],
                Runnable::run);
        var small = PlainRequest.get("http://a.test/").withHeader("Content-Length", "5");
        var large = PlainRequest.get("http://a.test/").withHeader("Content-Length", "6");

        assertThat(gate.foresee(small))
                .extracting(Foreseen::would)
                .containsExactly("answer 401 credentials_missing", "not be reached", "not be reached");
        assertThat(gate.foresee(large))
                .extracting(Foreseen::would)
                .containsExactly("not be reached", "not be reached", "answer 413");
    }
}
