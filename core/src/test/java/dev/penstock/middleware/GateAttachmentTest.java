package dev.penstock.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GateAttachmentTest {
    private static RouteGate gate(Middleware... middleware) {
        return new RouteGate(List.of(middleware), Ticker.system(), new byte[16], Runnable::run);
    }

    @Test
    void attachment_isMadeOnceForEachGateAndKey_ofTheEditsOfThatGate() {
        var edits = new HeaderEdits(false, List.of("X-Gone"), Map.of(), Map.of());
        List<List<HeaderEdits>> made = new ArrayList<>();
        var key = new GateAttachment<Integer>(given -> {
            made.add(given);
            return made.size();
        });
        RouteGate one = gate(edits);
        RouteGate other = gate();

        assertThat(one.attachment(key)).isEqualTo(1);
        assertThat(one.attachment(key)).isEqualTo(1);
        assertThat(other.attachment(key)).isEqualTo(2);
        String another = one.attachment(new GateAttachment<>(given -> "another"));
        assertThat(another).isEqualTo("another");
        assertThat(made).containsExactly(List.of(edits), List.of());
    }
}
