package dev.penstock.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.request.PlainRequest;
import dev.penstock.time.Ticker;
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
}
