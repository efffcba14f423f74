package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import dev.penstock.health.Health;
import dev.penstock.outlier.Ejection;
import dev.penstock.service.EndpointHealth;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthJsonTest {
    private static String json(EndpointHealth health, long nowNanos) throws IOException {
        var text = new StringWriter();
        try (var out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            HealthJson.write(out, health, nowNanos);
            out.writeEndObject();
        }
        return text.toString();
    }

    @Test
    void healthy_isToldInShort() throws Exception {
        assertThat(json(new EndpointHealth(false, Health.UP, "status 200", null, 100), 0))
                .isEqualTo("{\"health\":\"UP\",\"lastCheck\":\"status 200\",\"drained\":false,\"growthPercent\":100}");
    }

    @Test
    void ejected_isToldWithItsEvidenceAndTheTimeLeft() throws Exception {
        var ejection = new Ejection("a", "3 failures in a row", 2, Duration.ofSeconds(20), 50_000_000_000L);

        assertThat(json(new EndpointHealth(true, Health.UNKNOWN, "", ejection, 10), 42_000_000_000L))
                .isEqualTo("{\"health\":\"UNKNOWN\",\"drained\":true,\"growthPercent\":10,\"ejected\":"
                        + "{\"why\":\"3 failures in a row\",\"times\":2,\"forSeconds\":8}}");
    }
}
