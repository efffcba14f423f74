package dev.penstock.discovery.consul;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import dev.penstock.discovery.PolledKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Opens Consul's key-value store to be watched by blocking queries. Stateless. */
public final class ConsulKeys {
    static final Set<String> OPTIONS = Set.of("dc", "stale", "consistent");

    private ConsulKeys() {}

    /**
     * Opens the store; asks nothing until the first watch.
     *
     * @param uri as in {@code consulkv://host:8500?dc=east}, with the options of {@link ConsulKvFactory}
     * @param variables the environment, as {@code CONSUL_HTTP_TOKEN}
     * @param context clock, threads and chance
     * @return to be closed by the caller
     * @throws IllegalArgumentException if the URI makes no sense
     */
    public static KeyWatch open(URI uri, Map<String, String> variables, DiscoveryContext context) {
        requireNonNull(context, "context");
        ConsulUri parsed = ConsulUri.of(uri, OPTIONS, variables);
        ConsulSource source = ConsulSource.of(parsed, variables);
        var http = new ConsulHttp(source, context.scheduler());
        return new PolledKeys(
                source.name("consulkv"),
                key -> {
                    String target = KvAsking.target(key, parsed.options());
                    var poll = new LongPoll<>(Asking.of(target, ConsulKeys::values), http, context.ticker());
                    return () -> poll.read(source.blocking())
                            .map(found -> new PolledKeys.Found(
                                    found.value().values(), found.value().skipped(), found.nextRead()));
                },
                source.rules(),
                context,
                http::close);
    }

    /** What stands below a prefix, by whole key, and a sentence for each value that cannot be read. */
    record Values(Map<String, String> values, List<String> skipped) {}

    static Values values(Answer answer) throws IOException {
        Map<String, String> values = new HashMap<>();
        List<String> skipped = new ArrayList<>();
        if (!answer.isMissingKey()) {
            answer.check();
            for (JsonNode entry : answer.json("array")) {
                String key = entry.path("Key").asText();
                try {
                    values.put(
                            key,
                            new String(
                                    Base64.getDecoder()
                                            .decode(entry.path("Value").asText("")),
                                    StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    skipped.add("key \"" + key + "\": " + e.getMessage());
                }
            }
        }
        return new Values(values, skipped);
    }
}
