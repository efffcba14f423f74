package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A source whose endpoints are set by code, at any time and from any thread. Thread-safe.
 *
 * <p>A service is pending until something is said about it, whether it is watched by then or not. It is looked up by
 * {@link ServiceQuery#name()}. What is said after {@link #close()} is ignored.
 */
public final class ManualDiscovery implements Discovery {
    private final String source;
    private final DiscoveryContext context;
    private final @Nullable ControlThreads owned;
    private final ConcurrentMap<String, StatePublisher> states = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** A source named {@code manual} with threads of its own, which run only while there is something to tell. */
    public ManualDiscovery() {
        this("manual", ControlThreads.create());
    }

    private ManualDiscovery(String source, ControlThreads owned) {
        this(source, new DiscoveryContext(Ticker.system(), owned, Randomness.system()), owned);
    }

    /**
     * A source with another's threads.
     *
     * @param source what its sets say as their source
     * @param context clock, and threads that tell observers
     */
    public ManualDiscovery(String source, DiscoveryContext context) {
        this(source, context, null);
    }

    private ManualDiscovery(String source, DiscoveryContext context, @Nullable ControlThreads owned) {
        this.source = requireNonNull(source, "source");
        this.context = requireNonNull(context, "context");
        this.owned = owned;
    }

    /**
     * Says which endpoints a service has.
     *
     * @param service its name at this source
     * @param endpoints all of them, distinct by id; an empty list means absent
     * @throws IllegalArgumentException if two endpoints have one id
     */
    public void set(ServiceName service, List<Endpoint> endpoints) {
        state(service.value()).answer(endpoints);
    }

    /**
     * Says that a service has no endpoints.
     *
     * @param service its name at this source
     */
    public void absent(ServiceName service) {
        state(service.value()).answer(List.of());
    }

    /**
     * Says that nothing is known of a service at the moment; the endpoints said before stay in use.
     *
     * @param service its name at this source
     * @param problem one sentence for a person
     */
    public void fail(ServiceName service, String problem) {
        state(service.value()).fail(problem);
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        return state(query.name()).watch(observer);
    }

    @Override
    public void close() {
        closed = true;
        states.values().forEach(StatePublisher::close);
        if (owned != null) {
            owned.close();
        }
    }

    private StatePublisher state(String name) {
        StatePublisher state = states.computeIfAbsent(name, this::publisher);
        if (closed) {
            state.close(); // it may have come after close() went through the map
        }
        return state;
    }

    private StatePublisher publisher(String name) {
        return new StatePublisher(ServiceName.of(name), source, context.ticker(), context.scheduler());
    }
}
