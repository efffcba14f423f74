package dev.penstock.discovery.consul;

import com.ecwid.consul.transport.TransportException;
import com.ecwid.consul.v1.ConsistencyMode;
import com.ecwid.consul.v1.OperationException;
import com.ecwid.consul.v1.QueryParams;
import com.ecwid.consul.v1.query.QueryClient;
import com.ecwid.consul.v1.query.QueryConsulClient;
import com.ecwid.consul.v1.query.model.QueryNode;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.UriOptions;
import dev.penstock.endpoint.Endpoint;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Executes a prepared query now and then: Consul cannot block on one. Confined to its loop; holds a thread while it
 * asks.
 */
final class PreparedReader implements SourceReader {
    private final ServiceQuery query;
    private final OneShot client;
    private final ConsulSource source;

    PreparedReader(ServiceQuery query, OneShot client, ConsulSource source) {
        this.query = query;
        this.client = client;
        this.source = source;
    }

    @Override
    public CompletionStage<Listing> read() throws IOException {
        QueryClient queries = new QueryConsulClient(client.raw());
        try {
            var answer = queries.executePreparedQuery(UriOptions.escaped(query.name()), parameters());
            return CompletableFuture.completedFuture(
                    Listing.of(answer.getValue().getNodes(), PreparedReader::endpoint)
                            .withNextRead(source.every()));
        } catch (OperationException e) {
            throw new IOException(e.getStatusCode() + ": " + e.getStatusContent(), e);
        } catch (TransportException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(String.valueOf(e.getCause()), e);
        }
    }

    private QueryParams parameters() {
        Map<String, String> options = query.options();
        ConsistencyMode mode = options.containsKey("stale")
                ? ConsistencyMode.STALE
                : options.containsKey("consistent") ? ConsistencyMode.CONSISTENT : ConsistencyMode.DEFAULT;
        return QueryParams.Builder.builder()
                .setDatacenter(options.get("dc"))
                .setNear(options.get("near"))
                .setConsistencyMode(mode)
                .build();
    }

    private static Endpoint endpoint(QueryNode entry) {
        QueryNode.Service service = entry.getService();
        String own = service.getAddress();
        String host = own == null || own.isEmpty() ? entry.getNode().getAddress() : own;
        try {
            return Endpoint.of(host == null ? "" : host, port(service.getPort()))
                    .withMetadata(metadata(service, entry.getNode().getNode()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("service id \"" + service.getId() + "\": " + e.getMessage(), e);
        }
    }

    private static int port(@Nullable Integer port) {
        return port == null ? 0 : port;
    }

    private static Map<String, String> metadata(QueryNode.Service service, @Nullable String node) {
        Map<String, String> metadata = new HashMap<>();
        if (service.getMeta() != null) {
            metadata.putAll(service.getMeta());
        }
        metadata.put(ServiceEntries.ID, String.valueOf(service.getId()));
        metadata.put(ServiceEntries.NODE, String.valueOf(node));
        if (service.getTags() != null && !service.getTags().isEmpty()) {
            metadata.put(ServiceEntries.TAGS, String.join(",", service.getTags()));
        }
        return metadata;
    }
}
