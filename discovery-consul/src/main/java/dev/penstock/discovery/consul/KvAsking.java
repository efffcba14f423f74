package dev.penstock.discovery.consul;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks for the keys {@code <prefix>/<name>/<id>} = {@code ip:port} that registrator writes. Immutable. */
final class KvAsking implements BlockingReader.Asking {
    static final String KEY = "consul.key";

    /** Nothing hints at changes of keys. */
    private static final Duration STANDING = Duration.ofSeconds(5);

    private final ServiceQuery query;
    private final String path;

    KvAsking(ServiceQuery query) {
        this.query = query;
        var given = new StringBuilder("/v1/kv/" + ConsulUri.encodePath(query.name()) + "/?recurse=true");
        Options.append(given, query.options(), "dc");
        path = given.toString();
    }

    @Override
    public ServiceQuery query() {
        return query;
    }

    @Override
    public Duration standingEvery() {
        return STANDING;
    }

    @Override
    public String path() {
        return path;
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

    private static @Nullable Endpoint endpoint(JsonNode entry) {
        String key = entry.path("Key").asText();
        if (key.endsWith("/")) {
            return null; // a folder
        }
        try {
            String value =
                    new String(Base64.getDecoder().decode(entry.path("Value").asText()), StandardCharsets.UTF_8);
            return Endpoint.parse(value.strip()).withMetadata(Map.of(KEY, key));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("key \"" + key + "\": " + e.getMessage(), e);
        }
    }
}
