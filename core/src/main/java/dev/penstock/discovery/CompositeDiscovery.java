package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.observe.Observer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Several sources of the same services, as one. Thread-safe.
 *
 * <ul>
 *   <li>Provenance: each endpoint says under {@link #SOURCE} in its metadata which source it is from.
 *   <li>Precedence: of endpoints with an equal id, that of the earlier source counts.
 *   <li>The whole is pending until the first source has endpoints, or all have spoken; sources that are still pending
 *       then hold up nothing.
 *   <li>A source that has none, or does not know the service, adds nothing; the whole is absent when this is so of all.
 *   <li>A source that fails keeps its own last good endpoints in the union and makes the whole
 *       {@link ServiceState.Stale} with its name and problem; or {@link ServiceState.Failed}, where no source has
 *       endpoints and the whole was not ready, stale or absent before.
 *   <li>A source that throws or blocks is contained, see {@link ContainedDiscovery}.
 * </ul>
 */
public final class CompositeDiscovery implements Discovery {
    /** The metadata key that holds the name of an endpoint's source; a value given by the source itself stays. */
    public static final String SOURCE = "source";

    private final List<Member> members;
    private final DiscoveryContext context;
    private final Set<CompositeWatch> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * One of the sources.
     *
     * @param source its name, distinct within the composite
     * @param discovery where its states come from; closed with the composite
     */
    public record Member(String source, Discovery discovery) {
        /** Checks for null. */
        public Member {
            requireNonNull(source, "source");
            requireNonNull(discovery, "discovery");
        }
    }

    /**
     * Puts sources together.
     *
     * @param members the earlier, the stronger
     * @param context clock, threads and chance
     * @param events told of what members do wrong; must not block
     * @throws IllegalArgumentException if there is none, or two have one name
     */
    public CompositeDiscovery(List<Member> members, DiscoveryContext context, Observer events) {
        this.context = requireNonNull(context, "context");
        requireNonNull(events, "events");
        if (members.isEmpty()) {
            throw new IllegalArgumentException("members: none (expected: 1 or more)");
        }
        Set<String> names = new HashSet<>();
        for (Member member : members) {
            if (!names.add(member.source())) {
                throw new IllegalArgumentException("member: \"" + member.source() + "\" (expected: given once)");
            }
        }
        this.members = members.stream()
                .map(member -> new Member(
                        member.source(),
                        ContainedDiscovery.contain(member.source(), member.discovery(), context, events)))
                .toList();
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        var watch = new CompositeWatch(members, query.service(), context);
        watches.add(watch);
        Watch outer = watch.publisher().watch(observer, () -> {
            watches.remove(watch);
            watch.end();
        });
        watch.start(query);
        if (closed) {
            outer.close();
            watch.publisher().close();
        }
        return outer;
    }

    @Override
    public void close() {
        closed = true;
        for (CompositeWatch watch : watches) {
            watch.publisher().close();
            watch.end();
        }
        new Closings(context.scheduler())
                .finish(members.stream()
                        .<Runnable>map(member -> () -> member.discovery().close())
                        .toList());
    }
}
