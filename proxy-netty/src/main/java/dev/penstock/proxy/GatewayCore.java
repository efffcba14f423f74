package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Penstock;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What all listeners of a gateway share: loops, connections to endpoints, the table, the clock. Thread-safe. */
final class GatewayCore implements AutoCloseable {
    /** How often it is counted what the process has open besides traffic. */
    private static final Duration DESCRIPTORS_INTERVAL = Duration.ofSeconds(5);

    private static final long CLOSE_LIMIT_SECONDS = 5;

    /** So long observers may take for the last records. */
    private static final Duration RECORDS_LIMIT = Duration.ofSeconds(2);

    private final Penstock penstock;
    private final Transport transport;
    private final String machine;
    private final Ticker ticker = Ticker.system();
    private final EventLoopGroup group;
    private final IdentityHashMap<EventLoop, LoopState> states = new IdentityHashMap<>();
    private final Upstreams upstreams;
    private final ControlThreads control = ControlThreads.create();
    private final Map<String, LocalHandler> handlers;
    private final Map<String, LocalHandler> below;
    private final TlsContexts tls;
    private final Map<String, Supplying> suppliers;
    private final RecordThread recordThread = new RecordThread();
    private final ExchangeRecords records;
    private final LoopWatchdog watchdog;
    private final Descriptors descriptors = Descriptors.ofProcess();
    private final BufferBudget buffers;
    private final MachineAddresses addresses = new MachineAddresses(ticker);
    private volatile Scheduler.@Nullable Timer look;

    GatewayCore(
            Penstock penstock,
            Transport transport,
            int threads,
            SharedLimits limits,
            String machine,
            Map<String, LocalHandler> handlers,
            Map<String, LocalHandler> below,
            TlsChoice tls,
            Map<String, Supplying> suppliers,
            List<ExchangeObserver> observers) {
        this.penstock = penstock;
        this.transport = transport;
        this.handlers = Map.copyOf(handlers);
        this.below = Map.copyOf(below);
        this.tls = new TlsContexts(tls);
        this.suppliers = Map.copyOf(suppliers);
        this.records = new ExchangeRecords(observers, recordThread);
        this.machine = machine;
        this.buffers = new BufferBudget(limits.bufferBytes(), threads);
        this.group = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("penstock-loop", true), transport.ioHandlers());
        List<LoopState> all = new ArrayList<>();
        for (EventExecutor executor : group) {
            var state = new LoopState(
                    (EventLoop) executor,
                    buffers.share(executor),
                    descriptors,
                    all.size(),
                    limits.idleOf(all.size(), threads),
                    limits.retryBytes() / threads);
            all.add(state);
            states.put(state.loop(), state);
        }
        this.upstreams = new Upstreams(transport, all, ticker, descriptors, new TlsProfiles(this.tls, control, ticker));
        this.watchdog =
                new LoopWatchdog(all.stream().map(LoopState::loop).toList(), ticker, control, LoopWatchdog::log);
        watchdog.start();
        lookLater();
    }

    private void lookLater() {
        look = control.schedule(DESCRIPTORS_INTERVAL, () -> {
            descriptors.look();
            lookLater();
        });
    }

    Descriptors descriptors() {
        return descriptors;
    }

    MachineAddresses addresses() {
        return addresses;
    }

    /** The bytes that wait in connections, and the most that may. */
    BufferBudget buffers() {
        return buffers;
    }

    /** How many event loops there are. */
    int loops() {
        return states.size();
    }

    Penstock penstock() {
        return penstock;
    }

    Transport transport() {
        return transport;
    }

    String machine() {
        return machine;
    }

    Ticker ticker() {
        return ticker;
    }

    /** Who answers in place of endpoints; null where a request is routed. */
    @Nullable
    LocalHandler handler(String listener, String path) {
        LocalHandler own = handlers.get(listener);
        if (own != null || below.isEmpty()) {
            return own;
        }
        for (Map.Entry<String, LocalHandler> entry : below.entrySet()) {
            if (path.startsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    TlsContexts tls() {
        return tls;
    }

    /** Who gives certificates for names that the files of a listener do not have; null where nobody does. */
    @Nullable
    Supplying supplier(String listener) {
        return suppliers.get(listener);
    }

    ExchangeRecords records() {
        return records;
    }

    /** Where code runs that may block. */
    Scheduler executor() {
        return control;
    }

    EventLoopGroup group() {
        return group;
    }

    LoopState state(EventLoop loop) {
        return requireNonNull(states.get(loop), "state");
    }

    Upstreams upstreams() {
        return upstreams;
    }

    /** Closes what is open and ends the threads; waits for them, but not for long. */
    @Override
    public void close() {
        watchdog.close();
        Scheduler.Timer pending = look;
        if (pending != null) {
            pending.cancel();
        }
        upstreams.close();
        group.shutdownGracefully(0, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
        records.finish(RECORDS_LIMIT);
        recordThread.close();
        if (group.isTerminated()) {
            states.values().forEach(LoopState::close);
        }
        control.close();
    }
}
