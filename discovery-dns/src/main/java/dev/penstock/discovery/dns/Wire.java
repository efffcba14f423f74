package dev.penstock.discovery.dns;

import dev.penstock.discovery.DiscoveryContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Carries questions to nameservers and answers back, over UDP, and over TCP where an answer was cut. Thread-safe.
 *
 * <p>One thread of the scheduler runs while questions are under way, none otherwise; all questions share it. Each is over
 * within the timeout (twice that with TCP), once its turn has come: at most {@value Lanes#MAX_ASKS} are under way to one
 * nameserver, so that a burst does not overflow the buffer of a socket.
 */
final class Wire implements AutoCloseable {
    private static final int MAX_STREAMS = 32;
    private static final int MANY = 8;
    private static final long GATHER_NANOS = Duration.ofMillis(2).toNanos();

    private final DiscoveryContext context;
    private final Duration timeout;
    private final Queue<Ask> submitted = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean active = new AtomicBoolean();
    private volatile boolean closed;
    private volatile @Nullable Selector selector;
    private volatile @Nullable Thread runner;

    // confined to the thread that runs
    private final SecureRandom ids = new SecureRandom(); // whoever can guess an id can forge an answer
    private final ByteBuffer drawn = ByteBuffer.allocate(512).limit(0);
    private final Map<InetSocketAddress, Lanes> lanes = new HashMap<>();
    private final ArrayDeque<Ask> deadlines = new ArrayDeque<>();
    private final Queue<Ask> cut = new PriorityQueue<>((a, b) -> Long.signum(a.turnNanos - b.turnNanos));
    private final List<Stream> streams = new ArrayList<>();
    private final Replies replies = new Replies();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);

    Wire(DiscoveryContext context, Duration timeout) {
        this.context = context;
        this.timeout = timeout;
    }

    /** Asks; the answer comes on the wire's thread, and is whatever the server said in answer to this question. */
    void ask(Ask ask) {
        submitted.add(ask);
        if (Thread.currentThread() != runner) { // which looks for more before it waits
            start();
        }
        if (closed) {
            dropSubmitted("closed");
        }
    }

    /** Runs a task on the wire's thread, which may become this one: what it asks goes out without a hand-over. */
    void run(Runnable task) {
        tasks.add(task);
        if (active.compareAndSet(false, true)) {
            run();
        } else {
            wakeUp();
        }
    }

    /** From now on answers that differ in nothing but times to live are told apart. */
    void keepTimes() {
        replies.keepTimes();
    }

    private void start() {
        if (active.compareAndSet(false, true)) {
            context.scheduler().execute(this::run);
        } else {
            wakeUp();
        }
    }

    private void wakeUp() {
        Selector open = selector;
        if (open != null) {
            open.wakeup();
        }
    }

    private void run() {
        runner = Thread.currentThread();
        try {
            Selector open = open();
            while (!closed && !Thread.currentThread().isInterrupted()) {
                turn(open);
                if (deadlines.isEmpty() && cut.isEmpty() && isNothingSubmitted()) {
                    runner = null;
                    active.set(false);
                    if ((isNothingSubmitted() && !closed) || !active.compareAndSet(false, true)) {
                        return;
                    }
                    runner = Thread.currentThread();
                }
            }
            stop("closed");
        } catch (IOException | UncheckedIOException e) {
            stop("the network cannot be used: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            stop("a fault: " + e);
            throw e;
        }
    }

    private boolean isNothingSubmitted() {
        return submitted.isEmpty() && tasks.isEmpty();
    }

    /** Ends what is under way; unless the wire is closed, what is asked from now on starts anew. */
    private void stop(String problem) {
        try {
            shut(problem);
        } finally {
            runner = null;
            active.set(closed);
        }
        if (!closed && !isNothingSubmitted()) {
            start(); // came in meanwhile, and nobody else would look
        }
    }

    private Selector open() throws IOException {
        Selector open = selector;
        if (open == null || !open.isOpen()) {
            open = Selector.open();
            selector = open;
        }
        return open;
    }

    /** Starts what was submitted, waits for something to happen, and deals with it. */
    private void turn(Selector open) throws IOException {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        for (Ask ask = submitted.poll(); ask != null; ask = submitted.poll()) {
            lanes(open, ask.server).add(ask);
        }
        startStreams(open);
        long started = now();
        lanes.values().forEach(lane -> lane.start(started));
        long wait = untilDue();
        if (wait > 0 && isNothingSubmitted() && !(deadlines.isEmpty() && cut.isEmpty())) {
            await(open, wait);
        } else {
            open.selectNow(this::ready);
        }
        expire();
        long now = now();
        lanes.values().forEach(lane -> lane.tidy(now));
        lanes.values().removeIf(Lanes::isUnused);
    }

    /** Reads what comes; where much is expected, lets some of it gather, so as not to be woken for each answer. */
    private void await(Selector open, long waitMillis) throws IOException {
        if (deadlines.size() >= MANY && open.select(waitMillis) > 0) {
            open.selectedKeys().clear();
            LockSupport.parkNanos(GATHER_NANOS);
            open.selectNow(this::ready);
        } else {
            open.select(this::ready, waitMillis);
        }
    }

    private Lanes lanes(Selector open, InetSocketAddress server) {
        return lanes.computeIfAbsent(server, key -> new Lanes(key, open, this));
    }

    private void ready(SelectionKey key) {
        if (key.isValid()) {
            if (key.attachment() instanceof Lane lane) {
                lane.read();
            } else if (key.attachment() instanceof Stream stream) {
                stream.advance();
                streams.removeIf(Stream::isOver);
            }
        }
    }

    private void startStreams(Selector open) {
        while (untilStream() <= 0) {
            Ask ask = cut.remove();
            begin(ask);
            var stream = new Stream(ask, nextId(), open, replies);
            if (!stream.isOver()) {
                streams.add(stream);
            }
        }
    }

    /** Nanoseconds until a question may start over TCP, if one may at all; those under way may be in its way. */
    private long untilStream() {
        Ask first = cut.peek();
        return first == null || streams.size() >= MAX_STREAMS ? timeout.toNanos() : first.turnNanos - now();
    }

    /** Milliseconds, rounded up, until a question under way must have been answered, or another may start. */
    private long untilDue() {
        while (!deadlines.isEmpty() && deadlines.peek().isOver()) {
            deadlines.remove();
        }
        Ask first = deadlines.peek();
        long nanos = Math.min(untilStream(), first == null ? timeout.toNanos() : first.deadlineNanos - now());
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
    }

    private void expire() {
        long now = now();
        for (Ask first = deadlines.peek();
                first != null && (first.isOver() || first.deadlineNanos - now <= 0);
                first = deadlines.peek()) {
            deadlines.remove();
            if (!first.isOver()) {
                first.fail("no answer within " + timeout.toMillis() + " ms");
            }
        }
        streams.forEach(Stream::closeIfOver);
        streams.removeIf(Stream::isOver);
    }

    /** The clock runs for a question from now on; all have the same timeout, so that deadlines stay in order. */
    void begin(Ask ask) {
        ask.deadlineNanos = now() + timeout.toNanos();
        deadlines.add(ask);
    }

    /** An answer did not fit into a packet: asks again over TCP, when it is the turn of the name. */
    void cut(Ask ask) {
        deadlines.remove(ask);
        long now = now();
        ask.turnNanos = now + ask.topic.takeTurn(now);
        cut.add(ask);
    }

    Replies replies() {
        return replies;
    }

    /** For one packet at a time. */
    ByteBuffer buffer() {
        return buffer;
    }

    int nextId() {
        if (!drawn.hasRemaining()) {
            ids.nextBytes(drawn.clear().array());
        }
        return drawn.getShort() & 0xffff;
    }

    long now() {
        return context.ticker().nanos();
    }

    private void shut(String problem) {
        lanes.values().forEach(lane -> lane.close(problem));
        lanes.clear();
        deadlines.forEach(ask -> ask.fail(problem));
        deadlines.clear();
        cut.forEach(ask -> ask.fail(problem));
        cut.clear();
        streams.forEach(Stream::closeIfOver);
        streams.clear();
        dropSubmitted(problem);
        Selector open = selector;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void dropSubmitted(String problem) {
        for (Ask ask = submitted.poll(); ask != null; ask = submitted.poll()) {
            ask.fail(problem);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (active.compareAndSet(false, true)) {
            shut("closed"); // nobody runs, and nobody will
        } else {
            wakeUp();
        }
    }
}
