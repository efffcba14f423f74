package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.CatalogState;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What texts from elsewhere define, as they change and have faults. */
class TextCatalogTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String GOOD = "services: {site: {endpoints: [\"127.0.0.1:1\"]}}";
    private static final String OTHER = GOOD.replace(":1", ":2");
    private static final String FAULTY = "services: {site: {endpoints: 7}}";
    private static final String WITHOUT_KEYS = """
            services:
              site:
                endpoints: ["127.0.0.1:2"]
                balancer: sticky(keys_from=PENSTOCK_NO_SUCH_KEYS)/p2c
            """;

    private final ControlThreads scheduler = ControlThreads.create();
    private final List<CatalogState> told = new CopyOnWriteArrayList<>();
    private final Store store = new Store();
    private final TextCatalog catalog = new TextCatalog(
            "texts",
            store,
            "/all/",
            TextOptions.of(URI.create("config+test://host/all/")).reader(),
            new DiscoveryContext(Ticker.system(), scheduler, Randomness.system()));

    TextCatalogTest() {
        catalog.watch(told::add);
    }

    @AfterEach
    void close() {
        catalog.close();
        scheduler.close();
    }

    /** Texts in memory. */
    private static final class Store implements KeyWatch {
        private Consumer<? super KeyState> observer = state -> {};

        @Override
        public Subscription watch(String key, Consumer<KeyState> told) {
            observer = told;
            return () -> {};
        }

        void says(Map<String, String> texts) {
            observer.accept(new KeyState(texts, true, ""));
        }

        @Override
        public void close() {}
    }

    private void awaitPort(int port) {
        eventually(
                SOON,
                () -> assertThat(told)
                        .last()
                        .extracting(state ->
                                state.services().get(0).endpoints().get(0).port())
                        .isEqualTo(port));
    }

    @Test
    void C05_firstTextWithAFault_isNoAnswer_theFirstGoodOneIs() {
        store.says(Map.of("/all/a", FAULTY));

        assertThat(catalog.report().problem()).contains("/all/a:1:19: services.site.endpoints");
        assertThat(catalog.report().skipped()).containsExactly(catalog.report().problem());
        store.says(Map.of("/all/a", GOOD));
        awaitPort(1);

        assertThat(told).hasSize(1); // and nothing was told before
        assertThat(catalog.report().problem()).isEmpty();
        store.says(Map.of("/all/a", FAULTY));

        assertThat(catalog.report().problem()).isEmpty();
        assertThat(catalog.report().skipped()).singleElement().asString().contains("services.site.endpoints");
        assertThat(told).hasSize(1);
    }

    @Test
    void C05_ofSeveralFirstTexts_oneThatIsGood_isAnAnswer() {
        store.says(Map.of("/all/a", FAULTY, "/all/b", GOOD));
        awaitPort(1);

        assertThat(catalog.report().problem()).isEmpty();
        assertThat(catalog.report().skipped()).singleElement().asString().contains("/all/a:1:19");
    }

    @Test
    void C05_noTextAtAll_isAnAnswer() {
        store.says(Map.of());
        eventually(SOON, () -> assertThat(told).hasSize(1));

        assertThat(told.get(0).services()).isEmpty();
        assertThat(catalog.report().problem()).isEmpty();
    }

    @Test
    void B09_keysOfCookiesThatAreMissingHere_areAFaultWithItsPlace_andTheLastGoodTextStays() {
        store.says(Map.of("/all/a", GOOD));
        awaitPort(1);
        store.says(Map.of("/all/a", WITHOUT_KEYS));

        assertThat(catalog.report().skipped())
                .singleElement()
                .asString()
                .startsWith("/all/a:4:5: services.site.balancer: balancer \"sticky\": keys_from:"
                        + " \"PENSTOCK_NO_SUCH_KEYS\" (expected: an environment variable that holds keys");
        assertThat(told).hasSize(1);
        store.says(Map.of("/all/a", OTHER));
        awaitPort(2);

        assertThat(catalog.report().skipped()).isEmpty();
    }
}
