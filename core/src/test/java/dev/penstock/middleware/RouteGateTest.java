package dev.penstock.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.request.PlainRequest;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        var gate = new RouteGate(List.of(mine, others), Ticker.system(), new byte[32]);

        assertThat(decided(new RouteGate(List.of(mine, mine), Ticker.system(), new byte[32]), request))
                .isEqualTo(Verdict.PASS);
        for (int i = 0; i < 2; i++) { // the second time the first list knows it
            assertThat(decided(gate, request))
                    .isInstanceOfSatisfying(
                            Verdict.Answered.class,
                            answered -> assertThat(answered.reason()).isEqualTo("credentials_wrong"));
        }
        assertThat(gate.refused()).containsExactly(Map.entry("credentials_wrong", 2L));
    }

    @Test
    void unknownName_takesAsLongAsTheDearestHash() {
        PasswordHash cheap = HASH;
        PasswordHash dear =
                PasswordHash.parse("pbkdf2_sha256$1001$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=");

        assertThat(Credentials.dearest(List.of(cheap, dear))).isSameAs(dear);
        assertThat(Credentials.dearest(List.of(dear, cheap))).isSameAs(dear);
    }

    @Test
    void passwordsThatWait_areBounded_andNotCheckedForWhoHasLeft() {
        var gate =
                new RouteGate(List.of(new BasicAuth("one", Map.of("me", HASH), false)), Ticker.system(), new byte[32]);
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
                new byte[32]);
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
