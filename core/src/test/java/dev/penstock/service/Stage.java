package dev.penstock.service;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.health.CheckResult;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.Prober;
import dev.penstock.observe.Event;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.resolve.HostResolver;
import dev.penstock.resolve.IpLiteral;
import dev.penstock.time.Randomness;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A service with a source, name server and clock in the hands of a test. Its rule goes round and counts its uses. */
final class Stage implements HostResolver, AutoCloseable {
    static final Request REQUEST = PlainRequest.get("http://www.example.com/");

    final HandTime time = new HandTime();
    final List<Event> events = new ArrayList<>();
    final Map<String, List<InetAddress>> names = new HashMap<>();
    final List<String> lookUps = new ArrayList<>();
    final Source source = new Source();
    /** What checks of endpoints see, by id; those that are not here never get an answer. */
    final Map<String, CheckResult> seen = new HashMap<>();

    final List<String> probed = new ArrayList<>();
    final List<CheckSpec> probedBy = new ArrayList<>();
    final Prober prober = (endpoint, address, spec) -> {
        probed.add(endpoint.id());
        probedBy.add(spec);
        CheckResult result = seen.get(endpoint.id());
        return result == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(result);
    };
    final ServiceContext context =
            new ServiceContext(time, time, Randomness.system(), this, events::add, new HealthTools(prober, time));

    @Nullable
    Error broken;

    int overs;
    Balancer rule = (candidates, pickerContext) -> {
        overs++;
        List<Candidate> all = candidates.eligible();
        return request -> all.get((int) Math.floorMod(pickerContext.cursor().next(), (long) all.size()));
    };
    final Service service = Service.start(
            ServiceSpec.of("orders"),
            () -> (candidates, pickerContext) -> rule.over(candidates, pickerContext),
            source,
            context);

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        lookUps.add(host);
        if (broken != null) {
            throw broken;
        }
        List<InetAddress> found = names.get(host);
        if (found == null) {
            throw new UnknownHostException(host);
        }
        return found;
    }

    void name(String host, String... addresses) {
        names.put(
                host,
                Stream.of(addresses)
                        .map(text -> IpLiteral.parse(text).orElseThrow())
                        .toList());
    }

    void set(Endpoint... endpoints) {
        source.tell(ready(endpoints));
    }

    static ServiceState ready(Endpoint... endpoints) {
        return new ServiceState.Ready(new EndpointSet(ServiceSpec.of("orders").name(), List.of(endpoints), "test", 1));
    }

    /** Has the service judge its endpoints like this from now on. */
    void judge(HealthSpec health) {
        service.update(service.spec().withHealth(health), null, null);
    }

    Lease lease() {
        return (Lease) service.acquire(REQUEST);
    }

    Reason refusal() {
        return ((Refusal) service.acquire(REQUEST)).reason();
    }

    Snapshot.Member member(String id) {
        return service.snapshot().members().stream()
                .filter(member -> member.endpoint().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        service.close();
    }

    /** A source told by the test what to tell. */
    static final class Source implements ServiceSource, Watch {
        private final CompletableFuture<ServiceState> first = new CompletableFuture<>();
        private ServiceState state = new ServiceState.Pending();
        private Consumer<ServiceState> observer = told -> {};
        volatile boolean closed;
        Runnable closing = () -> {};

        @Override
        public synchronized Watch watch(Consumer<ServiceState> observer) {
            this.observer = observer;
            if (!(state instanceof ServiceState.Pending)) {
                observer.accept(state);
            }
            return this;
        }

        synchronized void tell(ServiceState next) {
            state = next;
            observer.accept(next);
        }

        @Override
        public ServiceState current() {
            return state;
        }

        @Override
        public CompletionStage<ServiceState> firstAnswer() {
            return first;
        }

        @Override
        public void close() {
            closed = true;
            closing.run();
        }
    }
}
