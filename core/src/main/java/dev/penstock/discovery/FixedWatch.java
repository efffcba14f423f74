package dev.penstock.discovery;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The subscription to endpoints that a definition gives, which never change: it is replaced with the definition. */
final class FixedWatch implements Watch {
    private final ServiceState state;

    private FixedWatch(ServiceState state) {
        this.state = state;
    }

    /**
     * Endpoints of a definition.
     *
     * @throws IllegalArgumentException if two have one id
     */
    static FixedWatch of(ServiceName service, List<Endpoint> endpoints, String source, Ticker ticker) {
        return new FixedWatch(
                endpoints.isEmpty()
                        ? new ServiceState.Absent(ticker.nanos())
                        : new ServiceState.Ready(new EndpointSet(service, endpoints, source, 1)));
    }

    @Override
    public ServiceState current() {
        return state;
    }

    @Override
    public CompletionStage<ServiceState> firstAnswer() {
        return CompletableFuture.completedStage(state);
    }

    @Override
    public void close() {
        // nothing is told any more
    }
}
