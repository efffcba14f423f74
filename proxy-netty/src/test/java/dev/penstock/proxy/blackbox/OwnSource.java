package dev.penstock.proxy.blackbox;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.ServiceName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A source of one service as a third party would write it: one thread tells the observers. */
final class OwnSource implements Discovery {
    private static final ServiceName SITE = ServiceName.of("site");

    private final List<Consumer<ServiceState>> observers = new CopyOnWriteArrayList<>();
    private final AtomicReference<ServiceState> state = new AtomicReference<>(new ServiceState.Pending());
    private final AtomicLong version = new AtomicLong();
    private final ExecutorService teller = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "own source");
        thread.setDaemon(true);
        return thread;
    });

    /** Sets the endpoints, from any thread. */
    void set(Endpoint... endpoints) {
        state.set(
                endpoints.length == 0
                        ? new ServiceState.Absent(0)
                        : new ServiceState.Ready(
                                new EndpointSet(SITE, List.of(endpoints), "own", version.incrementAndGet())));
        teller.execute(() -> observers.forEach(observer -> observer.accept(state.get())));
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        observers.add(observer);
        teller.execute(() -> observer.accept(state.get()));
        return new Watch() {
            @Override
            public ServiceState current() {
                return state.get();
            }

            @Override
            public CompletionStage<ServiceState> firstAnswer() {
                return CompletableFuture.completedFuture(state.get());
            }

            @Override
            public void close() {
                observers.remove(observer);
            }
        };
    }

    @Override
    public void close() {
        observers.clear();
        teller.shutdown();
    }
}
