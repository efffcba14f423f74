package dev.penstock.discovery;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.SerialExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One watch of a composite: the newest state of each member, merged on its serial executor. Thread-safe. */
final class CompositeWatch {
    private final List<CompositeDiscovery.Member> members;
    private final StatePublisher publisher;
    private final SerialExecutor serial;
    private final DiscoveryContext context;
    private final AtomicReferenceArray<ServiceState> states;
    private final AtomicBoolean due = new AtomicBoolean();
    private final Object lock = new Object();
    private final List<Watch> watches = new ArrayList<>();
    private boolean ended;

    // confined to serial
    private final @Nullable EndpointSet[] seen;
    private final List<List<Endpoint>> tagged;

    CompositeWatch(List<CompositeDiscovery.Member> members, ServiceName service, DiscoveryContext context) {
        this.members = members;
        this.context = context;
        String source = members.stream().map(CompositeDiscovery.Member::source).collect(Collectors.joining(" + "));
        publisher = new StatePublisher(service, source, context.ticker(), context.scheduler());
        publisher.skippedFrom(this::skipped);
        serial = new SerialExecutor(context.scheduler());
        states = new AtomicReferenceArray<>(members.size());
        seen = new EndpointSet[members.size()];
        tagged = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            states.set(i, new ServiceState.Pending());
            tagged.add(List.of());
        }
    }

    StatePublisher publisher() {
        return publisher;
    }

    void start(ServiceQuery query) {
        for (int i = 0; i < members.size(); i++) {
            int member = i;
            try {
                adopt(members.get(i).discovery().watch(query, state -> told(member, state)));
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                told(
                        member,
                        new ServiceState.Failed(Problems.of(e), context.ticker().nanos()));
            }
        }
    }

    private void adopt(Watch watch) {
        synchronized (lock) {
            if (!ended) {
                watches.add(watch);
                return;
            }
        }
        watch.close();
    }

    private void told(int member, ServiceState state) {
        states.set(member, state);
        if (due.compareAndSet(false, true)) {
            serial.execute(this::merge);
        }
    }

    private void merge() {
        due.set(false); // before reading: a state that comes in now makes another task
        Map<String, Endpoint> union = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        long since = context.ticker().nanos();
        boolean known = false;
        boolean pending = false;
        for (int i = 0; i < members.size(); i++) {
            ServiceState state = states.get(i);
            EndpointSet set = null;
            if (state instanceof ServiceState.Ready ready) {
                set = ready.set();
            } else if (state instanceof ServiceState.Stale stale) {
                set = stale.lastGood();
                problems.add(members.get(i).source() + ": " + stale.problem());
                since = earlier(since, stale.sinceNanos());
            } else if (state instanceof ServiceState.Failed failed) {
                problems.add(members.get(i).source() + ": " + failed.problem());
                since = earlier(since, failed.sinceNanos());
            }
            pending |= state instanceof ServiceState.Pending;
            known |= set != null;
            if (set != null) {
                tagged(i, set).forEach(endpoint -> union.putIfAbsent(endpoint.id(), endpoint));
            }
        }
        publish(List.copyOf(union.values()), String.join("; ", problems), since, known, pending);
    }

    private void publish(List<Endpoint> union, String problem, long since, boolean known, boolean pending) {
        ServiceState current = publisher.current();
        boolean fresh = current instanceof ServiceState.Pending;
        if (union.isEmpty() && pending && fresh) {
            return; // a source that knows no endpoint settles nothing while others have not spoken
        }
        if (problem.isEmpty()) {
            publisher.answer(union);
        } else if (known || !(fresh || current instanceof ServiceState.Failed)) {
            publisher.degrade(union, publisher.source(), problem, since);
        } else {
            publisher.fail(problem, since);
        }
    }

    private static long earlier(long a, long b) {
        return a - b <= 0 ? a : b;
    }

    private List<Endpoint> tagged(int member, EndpointSet set) {
        if (!set.equals(seen[member])) {
            seen[member] = set;
            String source = members.get(member).source();
            tagged.set(
                    member,
                    set.endpoints().stream()
                            .map(endpoint -> tag(endpoint, source))
                            .toList());
        }
        return tagged.get(member);
    }

    private static Endpoint tag(Endpoint endpoint, String source) {
        if (endpoint.metadata().containsKey(CompositeDiscovery.SOURCE)) {
            return endpoint;
        }
        Map<String, String> metadata = new HashMap<>(endpoint.metadata());
        metadata.put(CompositeDiscovery.SOURCE, source);
        return endpoint.withMetadata(metadata);
    }

    private List<String> skipped() {
        return watches().stream()
                .flatMap(watch -> watch.skipped().stream())
                .limit(Watch.MAX_SKIPPED)
                .toList();
    }

    private List<Watch> watches() {
        synchronized (lock) {
            return List.copyOf(watches);
        }
    }

    void end() {
        synchronized (lock) {
            ended = true;
        }
        watches().forEach(Watch::close);
    }
}
