package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ConnectionLimits;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a listener: how many are connected, in all and by address, which of them are idle, and how many were
 * refused. Thread-safe, but for the idle ones of a loop, which are confined to it.
 */
final class Clients {
    private final BooleanSupplier take;
    private final Runnable give;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentMap<Long, Integer> byAddress = new ConcurrentHashMap<>();
    private final List<IdleClients> idle = new ArrayList<>();
    private final Map<ClientRefusal, LongAdder> refused = new EnumMap<>(ClientRefusal.class);

    private Clients(BooleanSupplier take, Runnable give, int loops) {
        this.take = take;
        this.give = give;
        for (int i = 0; i < loops; i++) {
            idle.add(new IdleClients());
        }
        for (ClientRefusal reason : ClientRefusal.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    /** Those of connections, each of which has a descriptor. */
    static Clients ofConnections(Descriptors descriptors, int loops) {
        return new Clients(descriptors::takeClient, descriptors::giveClient, loops);
    }

    /** Those of flows of datagrams, which have one to their endpoint alone. */
    static Clients ofFlows(Descriptors descriptors) {
        return new Clients(descriptors::takeFlow, descriptors::giveFlow, 0);
    }

    /** Takes a place for a client; says why not where there is none. */
    @Nullable
    ClientRefusal enter(InetAddress address, ConnectionLimits limits, boolean trusted) {
        if (open.incrementAndGet() > limits.most()) {
            open.decrementAndGet();
            return ClientRefusal.CONNECTIONS;
        }
        if (!take.getAsBoolean()) {
            open.decrementAndGet();
            return ClientRefusal.DESCRIPTORS;
        }
        int ofAddress = byAddress.merge(key(address), 1, Integer::sum);
        if (!trusted && ofAddress > limits.mostPerAddress()) {
            leave(address);
            return ClientRefusal.ADDRESS;
        }
        return null;
    }

    /** Tells whether there are as many of an address as may be. */
    boolean isFull(InetAddress address, ConnectionLimits limits) {
        return byAddress.getOrDefault(key(address), 0) >= limits.mostPerAddress();
    }

    /** Gives back the place of a client. */
    void leave(InetAddress address) {
        open.decrementAndGet();
        give.run();
        byAddress.computeIfPresent(key(address), (key, count) -> count == 1 ? null : count - 1);
    }

    /** An address as a number: of IPv6 its network, since who has one address there has them all. */
    private static Long key(InetAddress address) {
        byte[] bytes = address.getAddress();
        long key = 0;
        for (int i = 0; i < Math.min(8, bytes.length); i++) {
            key = key << 8 | (bytes[i] & 0xff);
        }
        return key;
    }

    int open() {
        return open.get();
    }

    // ---- idle ones

    /** Those of one loop that have no request under way. */
    IdleClients idle(LoopState state) {
        assert state.loop().inEventLoop();
        return idle.get(state.index());
    }

    /** Sends away who has had no request for the longest; false where all of this loop have one. */
    boolean makeRoom(LoopState state) {
        DownstreamConnection longest = idle(state).oldest();
        if (longest == null) {
            return false;
        }
        longest.refused(ClientRefusal.IDLE);
        longest.cut();
        return true;
    }

    // ---- refusals

    void count(ClientRefusal reason) {
        requireNonNull(refused.get(reason), "reason").increment();
    }

    Map<ClientRefusal, Long> refused() {
        Map<ClientRefusal, Long> counts = new EnumMap<>(ClientRefusal.class);
        refused.forEach((reason, count) -> {
            if (count.sum() > 0) {
                counts.put(reason, count.sum());
            }
        });
        return counts;
    }
}
