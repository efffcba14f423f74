package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.Problem;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.route.Match;
import dev.penstock.service.FallbackSwitch;
import dev.penstock.service.HandTime;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FallbackTest {
    private static final Request REQUEST = PlainRequest.get("http://www.example.com/");

    private final HandTime time = new HandTime();
    private final Penstock penstock =
            Penstock.builder().ticker(time).scheduler(time).build();

    @AfterEach
    void close() {
        penstock.close();
    }

    @Test
    void F06_serviceThatRefuses_isStoodInFor_andExplained() {
        apply(
                ServiceSpec.of("site", "127.0.0.1:1")
                        .withLimits(Limits.defaults().withRequests(1))
                        .withFallback(Fallback.to("spare")),
                ServiceSpec.of("spare", "127.0.0.1:2"));
        Lease first = (Lease) penstock.acquire(REQUEST);
        assertThat(first.endpoint().port()).isEqualTo(1);

        Lease second = (Lease) penstock.acquire(REQUEST);
        assertThat(second.endpoint().port()).isEqualTo(2);
        Explanation explained = penstock.explain(REQUEST);
        assertThat(explained.service()).isEqualTo("spare");
        assertThat(explained.passed()).extracting(Refusal::reason).containsExactly(Reason.OVERLOADED);
        assertThat(explained.picked()).isEqualTo(second.endpoint());

        first.complete(Outcome.SUCCESS);
        assertThat(((Lease) penstock.acquire(REQUEST)).endpoint().port()).isEqualTo(1);
    }

    @Test
    void F06_serviceAndFallbackRefuse_theServiceSaysWhy() {
        apply(ServiceSpec.of("site").withFallback(Fallback.to("spare")), ServiceSpec.of("spare"));

        Refusal refusal = (Refusal) penstock.acquire(REQUEST);

        assertThat(refusal.reason()).isEqualTo(Reason.NO_ENDPOINTS);
        assertThat(refusal.detail()).contains("\"site\"");
    }

    @Test
    void F06_afterNoneCouldBeReached_oneInEachProbeTimeTries() {
        apply(
                ServiceSpec.of("site", "127.0.0.1:1").withFallback(Fallback.to("spare")),
                ServiceSpec.of("spare", "127.0.0.1:2"));
        FallbackSwitch site = site();
        assertThat(site.passes()).isFalse();

        site.unreachable();
        assertThat(site.passes()).isTrue();
        assertThat(site.isAway()).isTrue();
        assertThat(((Lease) penstock.acquire(REQUEST)).endpoint().port()).isEqualTo(2);
        assertThat(site.used()).isEqualTo(1);
        assertThat(penstock.explain(REQUEST).passed())
                .extracting(Refusal::reason)
                .containsExactly(Reason.UNREACHABLE);
        time.advance(Duration.ofMillis(4_999));
        assertThat(site.passes()).isTrue();
        time.advance(Duration.ofMillis(1));
        assertThat(site.passes()).isFalse(); // the trial
        assertThat(site.passes()).isTrue();

        site.reached();
        assertThat(((Lease) penstock.acquire(REQUEST)).endpoint().port()).isEqualTo(1);
        assertThat(site.passes()).isFalse();
        assertThat(site.isAway()).isFalse();
    }

    @Test
    void F06_withoutFallback_nothingIsPassed() {
        apply(ServiceSpec.of("site", "127.0.0.1:1"));

        site().unreachable();

        assertThat(site().passes()).isFalse();
        assertThat(site().isAway()).isFalse();
    }

    @Test
    void fallbackThatIsUnknown_isRefused() {
        assertThat(problems(ServiceSpec.of("site").withFallback(Fallback.to("spar")), ServiceSpec.of("spare")))
                .containsExactly(new Problem(
                        "services.site.fallback.service",
                        "\"spar\" (expected: one of site, spare); did you mean \"spare\"?"));
    }

    @Test
    void fallbacksThatLeadBack_areRefused_allOfThem() {
        assertThat(problems(
                        ServiceSpec.of("site").withFallback(Fallback.to("spare")),
                        ServiceSpec.of("spare").withFallback(Fallback.to("site")),
                        ServiceSpec.of("third").withFallback(Fallback.to("site")),
                        ServiceSpec.of("own").withFallback(Fallback.to("own"))))
                .containsExactly(
                        new Problem(
                                "services.site.fallback",
                                "leads back to the service: site > spare > site (expected: fallbacks that end)"),
                        new Problem(
                                "services.spare.fallback",
                                "leads back to the service: spare > site > spare (expected: fallbacks that end)"),
                        new Problem(
                                "services.own.fallback",
                                "leads back to the service: own > own (expected: fallbacks that end)"));
    }

    @Test
    void fallbacksThatLeadBackByWayOfAnotherSource_areRefused() {
        penstock.apply(
                new CatalogState("one", List.of(), List.of(), List.of(ServiceSpec.of("site"), ServiceSpec.of("b"))));
        penstock.apply(new CatalogState(
                "two", List.of(), List.of(), List.of(ServiceSpec.of("spare").withFallback(Fallback.to("site")))));

        assertThatThrownBy(() -> penstock.apply(new CatalogState(
                        "one",
                        List.of(),
                        List.of(),
                        List.of(ServiceSpec.of("site").withFallback(Fallback.to("spare"))))))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("site > spare > site");
    }

    @Test
    void F06_fallbackOfACatalogThatIsFollowed_standsIn_andOneThatIsWrongCostsItsServiceAlone() {
        var catalog = new ManualCatalog("told", new DiscoveryContext(time, time, new Seeded(1)));
        var builder = Penstock.builder().ticker(time).scheduler(time).catalog("told", catalog, CatalogLimits.none());
        try (var following = builder.build()) {
            catalog.set(found(
                    ServiceSpec.of("site").withFallback(Fallback.to("spare")),
                    ServiceSpec.of("spare", "127.0.0.1:2"),
                    ServiceSpec.of("typo", "127.0.0.1:3").withFallback(Fallback.to("spar")),
                    ServiceSpec.of("own", "127.0.0.1:4").withFallback(Fallback.to("own"))));

            assertThat(following.acquire(REQUEST))
                    .isInstanceOfSatisfying(
                            Lease.class,
                            lease -> assertThat(lease.endpoint().port()).isEqualTo(2));
            assertThat(following.table().services())
                    .extracting(service -> service.spec().name().value())
                    .containsExactly("site", "spare");
            assertThat(following.catalogs().get(0).rejected())
                    .anyMatch(line -> line.startsWith("services.typo.fallback.service: \"spar\" (expected: one of "))
                    .anyMatch(line -> line.startsWith("services.own.fallback: leads back to the service: own > own"))
                    .hasSize(2);

            catalog.set(found(ServiceSpec.of("site").withFallback(Fallback.to("spare")))); // what it goes to is gone
            assertThat(following.table().services()).isEmpty();
        }
    }

    private static CatalogReader.Found found(ServiceSpec... services) {
        return CatalogReader.Found.of(List.of(RouteSpec.of(Match.ALL, "site")), List.of(services), List.of());
    }

    @Test
    void statusesOutOfRange_areRefused() {
        assertThatThrownBy(() -> Fallback.to("spare").withStatuses(Set.of(200)))
                .hasMessage("statuses: 200 (expected: 400..599)");
    }

    private FallbackSwitch site() {
        return penstock.table().service(ServiceName.of("site")).orElseThrow().fallbackSwitch();
    }

    private void apply(ServiceSpec... services) {
        penstock.apply(state(services));
    }

    private List<Problem> problems(ServiceSpec... services) {
        return penstock.check(state(services));
    }

    private static CatalogState state(ServiceSpec... services) {
        return new CatalogState("test", List.of(), List.of(RouteSpec.of(Match.ALL, "site")), List.of(services));
    }
}
