package dev.penstock.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Ending;
import dev.penstock.proxy.RefusalRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentLogTest {
    private final RecentLog log = new RecentLog(3, () -> Instant.parse("2026-11-22T23:58:01Z"), () -> 0);

    private List<String> told(String service) throws Exception {
        List<String> told = new ArrayList<>();
        for (JsonNode entry : new ObjectMapper().readTree(log.json(service, 10))) {
            told.add(entry.path("path").asText() + entry.path("reason").asText());
        }
        return told;
    }

    private void error(String path) {
        log.completed(Ended.of(path, 502, Duration.ZERO, Ending.By.ENDPOINT));
    }

    @Test
    void S06_errorsRetriesAndRefusals_areKept_theLastFirst() throws Exception {
        assertThat(log.json("", 10)).isEqualTo("[\n]");
        error("/error");
        log.completed(Ended.of("/good", 200, Duration.ZERO, Ending.By.NOBODY));
        log.passed(Ended.of("/cut", 0, Duration.ZERO, Ending.By.CLIENT));
        log.refused(new RefusalRecord("web", "192.0.2.7", ClientRefusal.CONNECTIONS));

        assertThat(told("")).containsExactly("connections", "/cut", "/error");
        assertThat(told("site")).containsExactly("/cut", "/error");
        assertThat(told("other")).isEmpty();
        assertThat(log.json("", 10)).contains("\"time\":\"2026-11-22T23:58:01.000Z\"", "\"end\":\"endpoint.body\"");
    }

    @Test
    void S06_moreThanMayBeKept_pushOutTheOldest() throws Exception {
        for (int i = 1; i <= 5; i++) {
            error("/" + i);
        }
        assertThat(told("")).containsExactly("/5", "/4", "/3");
    }

    @Test
    void S06_limit_tellsTheLastAlone_alsoOfOneService() throws Exception {
        error("/1");
        log.refused(new RefusalRecord("web", "192.0.2.7", ClientRefusal.CONNECTIONS));
        error("/2");

        assertThat(new ObjectMapper().readTree(log.json("", 2))).hasSize(2);
        assertThat(log.json("", 1)).contains("/2").doesNotContain("connections", "\"path\":\"/1\"");
        assertThat(new ObjectMapper().readTree(log.json("site", 2))).hasSize(2);
    }

    @Test
    void S06_anyNumberOfWhatClientsBringAbout_pushesOutNothingOfServices() throws Exception {
        error("/error");
        for (int i = 1; i <= 5; i++) {
            log.refused(new RefusalRecord("web", "192.0.2.7", ClientRefusal.CONNECTIONS));
            log.completed(Ended.of("/left", 0, Duration.ZERO, Ending.By.CLIENT));
            log.completed(Ended.of("/late", 408, Duration.ZERO, Ending.By.CLIENT_TIMEOUT));
        }
        error("/last");

        assertThat(told("")).containsExactly("/last", "/late", "/left", "connections", "/error");
    }
}
