package dev.penstock.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tls.UpstreamTls;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTlsTest {
    private static final String RULE = "traefik.http.routers.a.rule=Host(`a.test`)";
    private static final String SERVICE = "traefik.http.services.s.loadbalancer.";

    /** As Consul's tags and as Docker's labels: both are read by the same code. */
    private static Labelled read(String... labels) {
        return LabelReader.defaults().read(LabelledThing.ofTags("thing", "web", List.of(labels)));
    }

    private static Collection<String> schemes(String... labels) {
        Labelled labelled = read(labels);
        return labelled.routes().get(0).match().schemes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls=true", "tls.options=default", "tls.options=default@file"})
    void H20_traefikRouterWithTls_takesWhatComesByTlsOnly(String label) {
        assertThat(schemes(RULE, "traefik.http.routers.a." + label)).containsExactly("https");
        assertThat(read(RULE, "traefik.http.routers.a." + label).problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls.certresolver=le", "tls.domains[0].main=a.test"})
    void traefikRouterWithCertificatesOnDemand_takesTlsOnlyAndSaysThatItHasNone(String label) {
        assertThat(schemes(RULE, "traefik.http.routers.a." + label)).containsExactly("https");
        assertThat(read(RULE, "traefik.http.routers.a." + label).problems())
                .singleElement()
                .asString()
                .contains("certificates on demand is not supported yet");
    }

    @Test
    void traefikRouterWithoutTls_takesBoth() {
        assertThat(schemes(RULE)).isEmpty();
        assertThat(schemes(RULE, "traefik.http.routers.a.tls=false")).isEmpty();
    }

    @Test
    void traefikRouterOfOtherTlsOptions_isLeftOut_forTheyMayKeepClientsOut() {
        Labelled labelled = read(RULE, "traefik.http.routers.a.tls.options=mtls@file");

        assertThat(labelled.routes()).isEmpty();
        assertThat(labelled.problems()).singleElement().asString().contains("may keep clients out");
    }

    @Test
    void traefikService_byHttps_isCalledAndCheckedByTls() {
        Labelled labelled = read(
                RULE,
                SERVICE + "server.scheme=HTTPS",
                SERVICE + "healthcheck.path=/up",
                SERVICE + "healthcheck.scheme=https");

        LabelService service = labelled.services().get(0);
        assertThat(labelled.problems()).isEmpty();
        assertThat(service.tls()).isEqualTo(UpstreamTls.defaults());
        assertThat(service.health().check()).isNotNull();
    }

    @Test
    void traefikService_byHttps_isNotCheckedByHttp() {
        Labelled labelled = read(
                RULE,
                SERVICE + "server.scheme=https",
                SERVICE + "healthcheck.path=/up",
                SERVICE + "healthcheck.scheme=http");

        assertThat(labelled.services().get(0).health().check()).isNull();
        assertThat(labelled.problems()).singleElement().asString().contains("healthcheck.scheme");
    }

    @Test
    void ownService_saysHowItsEndpointsAreCalled() {
        Labelled labelled = read(
                "penstock.host=a.test",
                "penstock.tls=true",
                "penstock.services.admin.tls.servername=admin.internal",
                "penstock.services.old.tls.verify=false",
                "penstock.services.plain.tls=false");

        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.service("web").orElseThrow().tls()).isEqualTo(UpstreamTls.defaults());
        assertThat(labelled.service("admin").orElseThrow().tls())
                .isEqualTo(UpstreamTls.defaults().withServerName("admin.internal"));
        assertThat(labelled.service("old").orElseThrow().tls())
                .isEqualTo(UpstreamTls.defaults().withVerify(false));
        assertThat(labelled.service("plain").orElseThrow().tls()).isNull();
    }

    @Test
    void instancesThatDifferInTls_areNamed_andTheFirstCounts() {
        LabelUnion union = LabelUnion.of(Map.of(
                "web-1", read("penstock.host=a.test", "penstock.tls=true"), "web-2", read("penstock.host=a.test")));

        assertThat(union.services())
                .singleElement()
                .extracting(LabelService::tls)
                .isEqualTo(UpstreamTls.defaults());
        assertThat(union.problems()).singleElement().asString().contains("is not that of web-1");
    }
}
