package dev.penstock.discovery.marathon;

import dev.penstock.testkit.OpenedSource;
import java.util.Map;

/** Opens a source by its URI. Stateless. */
final class Opened {
    private Opened() {}

    static OpenedSource of(String uri) {
        return OpenedSource.of(new MarathonFactory(Map.of("TOKEN", "s3cret")), "web", uri);
    }

    static OpenedSource of(FakeMarathon marathon, String rest) {
        return of("marathon://" + marathon.address() + rest);
    }
}
