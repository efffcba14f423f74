package dev.penstock.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.HttpCheck.Statuses;
import dev.penstock.health.TcpCheck;
import dev.penstock.outlier.OutlierSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthLabelsTest {
    private static final String TRAEFIK = "traefik.http.services.s.loadbalancer.";

    private static Labelled read(String... labels) {
        Map<String, String> map = new HashMap<>();
        for (String label : labels) {
            int equals = label.indexOf('=');
            map.put(label.substring(0, equals), label.substring(equals + 1));
        }
        return LabelReader.defaults().read(new LabelledThing("container web", "web", map));
    }

    private static LabelHealth health(String... labels) {
        Labelled labelled = read(labels);
        assertThat(labelled.problems()).isEmpty();
        return labelled.services().get(0).health();
    }

    @Test
    void own_path_isACheckAtTheDocumentedPace() {
        assertThat(health("penstock.health.check=/up").check()).isEqualTo(CheckSpec.of(HttpCheck.get("/up")));
        assertThat(health("penstock.health.check=tcp").check()).isEqualTo(CheckSpec.of(TcpCheck.OWN_PORT));
        assertThat(health("penstock.port=80")).isEqualTo(LabelHealth.UNSAID);
    }

    @Test
    void own_allKeys_ofAServiceByName() {
        String check = "penstock.services.s.health.check";
        LabelHealth health = health(
                check + "=/up",
                check + ".method=HEAD",
                check + ".host=www.example.com",
                check + ".port=81",
                check + ".status=200-299,304",
                check + ".interval=1m30s",
                check + ".timeout=2",
                check + ".rise=1",
                check + ".fall=5",
                "penstock.services.s.health.outliers=false",
                "penstock.services.s.health.panic=50",
                "penstock.services.s.health.slowstart=10s");

        var asked = new HttpCheck(
                "HEAD", "/up", "www.example.com", 81, List.of(new Statuses(200, 299), new Statuses(304, 304)), "");
        assertThat(health)
                .isEqualTo(new LabelHealth(
                        CheckSpec.of(asked)
                                .withInterval(Duration.ofSeconds(90))
                                .withTimeout(Duration.ofSeconds(2))
                                .withCounts(1, 5),
                        OutlierSpec.OFF,
                        50,
                        Duration.ofSeconds(10)));
    }

    @Test
    void traefik_healthCheck_isReadWithItsDefaults() {
        assertThat(health(TRAEFIK + "healthcheck.path=/up").check())
                .isEqualTo(CheckSpec.of(HttpCheck.get("/up"))
                        .withInterval(Duration.ofSeconds(30))
                        .withFailingInterval(Duration.ofSeconds(30))
                        .withCounts(1, 1));
        assertThat(health(TRAEFIK + "server.port=80")).isEqualTo(LabelHealth.UNSAID);
    }

    @Test
    void traefik_allKeys() {
        LabelHealth health = health(
                TRAEFIK + "healthCheck.path=up",
                TRAEFIK + "healthCheck.scheme=http",
                TRAEFIK + "healthCheck.mode=http",
                TRAEFIK + "healthCheck.hostname=a.test",
                TRAEFIK + "healthCheck.port=8081",
                TRAEFIK + "healthCheck.interval=10",
                TRAEFIK + "healthCheck.unhealthyInterval=500ms",
                TRAEFIK + "healthCheck.timeout=3s",
                TRAEFIK + "healthCheck.method=head",
                TRAEFIK + "healthCheck.status=204",
                TRAEFIK + "healthCheck.followRedirects=false",
                TRAEFIK + "passiveHealthCheck.failureWindow=20s",
                TRAEFIK + "passiveHealthCheck.maxFailedAttempts=4");

        assertThat(health)
                .isEqualTo(new LabelHealth(
                        new CheckSpec(
                                new HttpCheck("HEAD", "/up", "a.test", 8081, List.of(new Statuses(204, 204)), ""),
                                Duration.ofSeconds(10),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(3),
                                1,
                                1),
                        OutlierSpec.defaults()
                                .withConsecutiveFailures(4)
                                .withEjection(Duration.ofSeconds(20), Duration.ofSeconds(300)),
                        0,
                        Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({"healthcheck.mode,grpc", "healthcheck.scheme,https", "healthcheck.headers.X-A,b"})
    void traefik_checkThatCannotBeDone_isReportedAndLeftOut(String key, String value) {
        Labelled labelled = read(TRAEFIK + "healthcheck.path=/up", TRAEFIK + key + "=" + value);

        assertThat(labelled.problems())
                .singleElement()
                .asString()
                .startsWith("container web: " + TRAEFIK + key + ": ")
                .endsWith(" not supported yet; goes without");
        assertThat(labelled.services().get(0).health().check()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "penstock.health.check=up",
                "penstock.health.check.interval=0s",
                "penstock.health.check.interval=soon",
                "penstock.health.check.rise=0",
                "penstock.health.check.status=2xx",
                "penstock.health.panic=101",
                "penstock.health.outliers=perhaps",
                "penstock.health.nope=1",
                TRAEFIK + "healthcheck.timeout=1x",
                TRAEFIK + "healthcheck.method=POST",
                TRAEFIK + "passivehealthcheck.maxfailedattempts=0"
            })
    void labelThatCannotBeRead_leavesItsServiceOut(String label) {
        Labelled labelled = read(label);

        assertThat(labelled.services()).isEmpty();
        assertThat(labelled.problems())
                .singleElement()
                .asString()
                .startsWith("container web: " + label.substring(0, label.indexOf('=')));
    }
}
