package dev.penstock.discovery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeavingTest {
    private final List<Runnable> timers = new ArrayList<>();
    private final List<Runnable> cancelled = new ArrayList<>();
    private final AtomicInteger news = new AtomicInteger();
    private final Leaving leaving = new Leaving(
            task -> {
                timers.add(task);
                return () -> cancelled.add(task);
            },
            news::incrementAndGet);

    private static JsonNode event(String action) {
        var event = JsonNodeFactory.instance.objectNode().put("Type", "container");
        event.put("Action", action).putObject("Actor").put("ID", "ab");
        return event;
    }

    private void runs() {
        leaving.listed(Map.of("ab", new Thing("ab", "container a", "a", Map.of(), Map.of(), List.of(), false, "")));
    }

    @Test
    void timerOfAnEarlierMark_leavesTheNextOne() {
        runs();
        assertThat(leaving.marks(event("kill"))).isTrue();
        assertThat(leaving.marks(event("kill"))).isFalse(); // one timer
        assertThat(leaving.marks(event("restart"))).isFalse();
        assertThat(cancelled).containsExactly(timers.get(0));
        assertThat(leaving.marks(event("kill"))).isTrue();
        timers.get(0).run(); // it was on its way already
        assertThat(news).hasValue(0);
        timers.get(1).run();
        assertThat(news).hasValue(1);
        assertThat(timers).hasSize(2);
    }

    @Test
    void timers_endWithTheirContainersAndTheDaemon() {
        runs();
        leaving.marks(event("kill"));
        leaving.listed(Map.of());
        assertThat(cancelled).containsExactly(timers.get(0));
        runs();
        leaving.marks(event("kill"));
        leaving.forget(id -> true);
        assertThat(cancelled).containsExactlyElementsOf(timers);
    }
}
