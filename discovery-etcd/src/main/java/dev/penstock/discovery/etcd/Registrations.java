package dev.penstock.discovery.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Listing;
import dev.penstock.endpoint.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what registrator keeps under the name of a service: {@code <id>} = {@code ip:port}, or as for SkyDNS {@code
 * {"host":"10.0.0.1","port":8001}}. Stateless.
 */
final class Registrations {
    static final String KEY = "etcd.key";

    private static final String UDP = ":udp";

    private Registrations() {}

    /** The endpoints below a prefix; those of UDP, whose ids end so, or the others. */
    static Listing read(EtcdApi.Found found, String prefix, boolean udp) {
        List<Map.Entry<String, String>> entries = new ArrayList<>(
                new TreeMap<>(found.values()).entrySet()); // so that of two keys of one address the first stays
        Listing listing = Listing.of(entries, entry -> endpoint(entry.getKey(), entry.getValue(), prefix, udp));
        List<String> skipped = new ArrayList<>(found.skipped());
        skipped.addAll(listing.skipped());
        return new Listing(listing.endpoints(), skipped, null);
    }

    private static @Nullable Endpoint endpoint(String key, String value, String prefix, boolean udp) {
        String id = key.substring(prefix.length());
        if (id.endsWith(UDP) != udp) {
            return null;
        }
        try {
            if (id.indexOf('/') >= 0) {
                throw new IllegalArgumentException("in a folder (expected: " + prefix + "<id>)");
            }
            return endpoint(key, value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("key \"" + key + "\": " + e.getMessage(), e);
        }
    }

    /** The address that a value names. */
    static Endpoint endpoint(String key, String value) {
        String text = value.strip();
        Endpoint endpoint = text.startsWith("{") ? ofObject(text) : Endpoint.parse(text);
        return endpoint.withMetadata(Map.of(KEY, key));
    }

    private static Endpoint ofObject(String text) {
        JsonNode object;
        try {
            object = Answer.object(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return Endpoint.of(object.path("host").asText(""), object.path("port").asInt(0))
                .withWeight(object.path("weight").asInt(1))
                .withPriority(object.path("priority").asInt(0));
    }
}
