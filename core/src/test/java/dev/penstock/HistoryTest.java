package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Event;
import dev.penstock.service.HandTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final String FILE = "file a.yaml";

    private final HandTime time = new HandTime();
    private final ManualCatalog labels = new ManualCatalog("labels", new DiscoveryContext(time, time, new Seeded(1)));
    private final List<Event> events = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Penstock penstock = Penstock.builder()
            .ticker(time)
            .scheduler(time)
            .randomness(new Seeded(2))
            .stamps(() -> now)
            .observer(events::add)
            .catalog("labels", labels, CatalogLimits.none())
            .build();

    @AfterEach
    void close() {
        penstock.close();
        labels.close();
    }

    private Applied apply(String source, ServiceSpec... services) {
        time.advance(Duration.ofSeconds(1));
        return penstock.apply(new CatalogState(source, List.of(), List.of(), List.of(services)));
    }

    private static ServiceSpec service(String name, int port) {
        return ServiceSpec.of(name, "10.0.0.1:" + port);
    }

    private List<Endpoint> endpoints(String service) {
        return penstock.table()
                .service(ServiceName.of(service))
                .orElseThrow()
                .spec()
                .endpoints();
    }

    @Test
    void C08_changes_areKeptWithSourceTimeAndDifference_theNewestFirst() {
        apply(FILE, service("orders", 80), service("users", 80));
        now = now.plusSeconds(60);
        apply(FILE, service("orders", 81), service("carts", 80));
        apply("api", service("more", 80));

        List<Revision> history = penstock.history();

        assertThat(history).extracting(Revision::number).containsExactly(3L, 2L, 1L);
        assertThat(history).extracting(Revision::source).containsExactly("api", FILE, FILE);
        assertThat(history.get(2).at()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(history.get(1).at()).isEqualTo("2026-01-01T00:01:00Z");
        assertThat(history.get(1).difference().added()).containsExactly("service carts");
        assertThat(history.get(1).difference().removed()).containsExactly("service users");
        assertThat(history.get(1).difference().changed()).containsExactly("service orders");
    }

    @Test
    void whatChangesNothing_isNoEntry() {
        apply(FILE, service("orders", 80));
        apply(FILE, service("orders", 80));

        assertThat(penstock.history()).hasSize(1);
    }

    @Test
    void whatOthersDefineToo_isAnEntry_forItCountsOnceTheyGiveItUp() {
        apply(FILE, service("orders", 80));
        apply("api", service("orders", 81));

        assertThat(penstock.history()).hasSize(2);
        assertThat(penstock.history().get(0).difference().isEmpty()).isTrue();
    }

    @Test
    void rollback_isAChangeOfThatSourceAlone_andTheNextChangeOfItCounts() {
        apply(FILE, service("orders", 80));
        apply("api", service("more", 80));
        apply(FILE, service("orders", 81));

        Applied applied = penstock.rollback(1);

        assertThat(applied.source()).isEqualTo(FILE);
        assertThat(applied.difference().changed()).containsExactly("service orders");
        assertThat(endpoints("orders")).containsExactly(Endpoint.parse("10.0.0.1:80"));
        assertThat(endpoints("more")).hasSize(1);
        assertThat(penstock.history().get(0).number()).isEqualTo(4);
        assertThat(events)
                .last()
                .isEqualTo(new Event.CatalogApplied(FILE, List.of(), List.of(), List.of("service orders")));
        apply(FILE, service("orders", 82));
        assertThat(endpoints("orders")).containsExactly(Endpoint.parse("10.0.0.1:82"));
    }

    @Test
    void rollback_toWhatIsNotKnown_saysWhatIs() {
        apply(FILE, service("orders", 80));

        assertThatThrownBy(() -> penstock.rollback(7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("revision: 7 (expected: one of 1)");
    }

    @Test
    void changesOfCatalogs_driveOutNoneOfFiles_andAreNotRolledBack() {
        apply(FILE, service("orders", 80));
        for (int i = 1; i <= 30; i++) {
            labels.set(List.of(), List.of(service("found", i)));
            time.advance(Duration.ofSeconds(5));
        }

        List<Revision> history = penstock.history();

        assertThat(history).hasSize(21);
        assertThat(history.get(0).source()).isEqualTo("labels");
        assertThat(history.get(0).difference().changed()).containsExactly("service found");
        assertThat(history.get(20).number()).isEqualTo(1);
        assertThatThrownBy(() -> penstock.rollback(history.get(0).number()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("catalogs are changed at their source");
    }

    @Test
    void history_isBounded_inEntriesNamesAndDefinitions() {
        ServiceSpec[] many = IntStream.range(0, 30)
                .mapToObj(i -> service("s" + i, 80)
                        .withEndpoints(IntStream.rangeClosed(1, 1_000)
                                .mapToObj(port -> Endpoint.parse("10.0.0.1:" + port))
                                .toList()))
                .toArray(ServiceSpec[]::new);
        ServiceSpec[] names =
                IntStream.range(0, 1_100).mapToObj(i -> service("n" + i, 80)).toArray(ServiceSpec[]::new);
        apply(FILE, names);
        Revision first = penstock.history().get(0);
        assertThat(first.difference().added()).hasSize(Revision.MOST_NAMES);
        assertThat(first.omitted()).isEqualTo(100);
        for (int i = 0; i < 25; i++) {
            many[0] = service("s0", i + 1);
            apply(FILE, many);
        }

        List<Revision> history = penstock.history();

        assertThat(history).hasSize(20);
        assertThat(history.stream().filter(one -> one.definitions() != null).count())
                .isEqualTo(History.MOST_DEFINITIONS / (29 * 1_001 + 2));
        assertThatThrownBy(() -> penstock.rollback(history.get(19).number()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("definitions are kept");
    }

    @Test
    void changesOfOneSource_driveOutNoneOfAnother() {
        apply(FILE, service("orders", 80));
        for (int i = 1; i <= 30; i++) {
            apply("api", service("more", i));
        }

        List<Revision> history = penstock.history();

        assertThat(history).hasSize(21);
        assertThat(history.get(20).source()).isEqualTo(FILE);
        for (int i = 0; i < 300; i++) {
            apply("source " + i, service("s" + i, 80));
        }
        assertThat(penstock.history()).hasSize(History.MOST_GIVEN);
    }

    @Test
    void changeThatIsTakenBack_isNoEntry() {
        Applied first = apply(FILE, service("orders", 80));
        CatalogState before = penstock.history().get(0).definitions();
        apply("api", service("more", 80));
        apply(FILE, service("orders", 81));

        Applied back = penstock.takeBack(before);
        penstock.takeBack(before); // nothing left to be taken back

        assertThat(back.difference().changed()).containsExactly("service orders");
        assertThat(back.table().version()).isGreaterThan(first.table().version());
        assertThat(endpoints("orders")).containsExactly(Endpoint.parse("10.0.0.1:80"));
        assertThat(penstock.history()).extracting(Revision::number).containsExactly(2L, 1L);
    }
}
