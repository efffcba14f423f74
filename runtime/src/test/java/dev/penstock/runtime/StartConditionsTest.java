package dev.penstock.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.ManualTime;
import dev.penstock.testkit.SeededRandomness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartConditionsTest {
    private final ManualTime time = new ManualTime();
    private final DiscoveryContext context = new DiscoveryContext(time, time, new SeededRandomness(1));
    private final ManualCatalog text = new ManualCatalog("text", context);

    @Test
    void S01_listenersOfACatalog_areWaitedFor() {
        List<Boolean> met = new ArrayList<>();
        try (var penstock = Penstock.builder()
                .ticker(time)
                .scheduler(time)
                .catalog("text", text, CatalogLimits.none())
                .build()) {
            var conditions = new StartConditions(penstock);
            penstock.onApplied(
                    table -> { // told before the gateway, which is later to ask for it
                        if (!table.listeners().isEmpty()) {
                            met.add(conditions.getAsBoolean());
                        }
                    });
            try (Gateway gateway = Gateway.builder().penstock(penstock).start()) {
                conditions.listenersOf(gateway);
                time.runPending();
                assertThat(conditions.getAsBoolean()).as("no answer yet").isFalse();

                text.set(CatalogReader.Found.of(List.of(), List.of(), List.of())
                        .withListeners(List.of(ListenerSpec.of("door", "127.0.0.1:0"))));
                time.runPending();
                assertThat(met).as("defined, but not bound yet").containsExactly(false);
                assertThat(gateway.status("door").isOpen()).isTrue();
                assertThat(conditions.getAsBoolean()).isTrue();
            }
        }
    }
}
