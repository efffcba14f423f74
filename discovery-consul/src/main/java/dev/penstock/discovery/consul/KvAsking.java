package dev.penstock.discovery.consul;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.UriOptions;
import dev.penstock.endpoint.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks for the keys {@code <prefix>/<name>/<id>} = {@code ip:port} that registrator writes. Immutable. */
final class KvAsking implements Asking<Listing> {
    static final String KEY = "consul.key";

    /** Nothing hints at changes of keys. */
    static final Duration STANDING_EVERY = Duration.ofSeconds(5);

    private final String target;

    KvAsking(ServiceQuery query) {
        target = target(query.name() + "/", UriOptions.of(query.options()));
    }

    /** Where the values of a key are, or of all keys below it if it ends with a slash. */
    static String target(String key, UriOptions options) {
        String path = "/v1/kv/" + UriOptions.escaped(key).replace("%2F", "/");
        String all = Asking.target(path, key.endsWith("/") ? "recurse=true" : "");
        return Asking.target(all, options.query(Set.of("dc", "stale", "consistent")));
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public Listing read(Answer answer) throws IOException {
        if (answer.isMissingKey()) {
            return Listing.of(List.of());
        }
        answer.check();
        return Listing.of(elements(answer.json("array")), KvAsking::endpoint);
    }

    private static List<JsonNode> elements(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    /** The address that a value names. */
    static Endpoint endpoint(String key, String value) {
        return Endpoint.parse(value.strip()).withMetadata(Map.of(KEY, key));
    }

    private static @Nullable Endpoint endpoint(JsonNode entry) {
        String key = entry.path("Key").asText();
        if (key.endsWith("/")) {
            return null; // a folder
        }
        try {
            return endpoint(
                    key,
                    new String(Base64.getDecoder().decode(entry.path("Value").asText()), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("key \"" + key + "\": " + e.getMessage(), e);
        }
    }
}
