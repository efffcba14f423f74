package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.util.UncheckedBooleanSupplier;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a connection reads whose bytes are passed on as they are: into buffers, and once many have come in a row by splice(2),
 * which moves them to the other connection within the system, until little comes, or nothing for a while. What is read into a buffer meanwhile is written behind what was
 * moved, so the order stays. Confined to its event loop.
 *
 * <p>Netty asks for a buffer each time there is something to read; that is when bytes are moved. The buffer that it then gets
 * takes what came in between, and the end of the input, or its failure, is told by that read as always.
 */
final class SplicedReads implements RecvByteBufAllocator {
    /** A pipe costs descriptors and calls: fewer bytes than these are not worth it. */
    private static final int MANY_BYTES = 1 << 20;

    /** A read of less than these takes {@link #LITTLE_BYTES} away from those that have come in a row. */
    private static final int SMALL_READ_BYTES = 1 << 10;

    /** A pipe through which nothing has gone for this long, up to twice as long, is for others. */
    private static final long SILENT_SECONDS = 5;

    /** So much is moved at most before others have their turn. */
    private static final int TURN_BYTES = 1 << 20;

    /** What moves less than that, and so often in a row, is read into buffers again. */
    private static final int LITTLE_BYTES = 16 << 10;

    private static final int LITTLE_TURNS = 64;

    /** What is read beside: hardly ever anything. */
    private static final int BESIDE_BYTES = 2 << 10;

    /** EPERM, EACCES, EINVAL, ENOSYS: what a system says that knows no splice(2) of connections, or forbids it. */
    private static final Set<Integer> NOT_ALLOWED = Set.of(-1, -13, -22, -38);

    private final EpollSocketChannel source;
    private final RecvByteBufAllocator buffers;
    private final LoopState state;
    private @Nullable EpollSocketChannel target;
    private @Nullable SplicePipe pipe;
    private long received;
    private int littleTurns;
    private long movedBytes;
    private boolean moving;
    private @Nullable Future<?> look;

    private SplicedReads(EpollSocketChannel source, LoopState state) {
        this.source = source;
        this.buffers = source.config().getRecvByteBufAllocator();
        this.state = state;
    }

    /** Has a connection without TLS read so, if its transport can; before its first read. */
    static void install(Channel channel, LoopState state) {
        if (channel instanceof EpollSocketChannel epoll) {
            epoll.config().setRecvByteBufAllocator(new SplicedReads(epoll, state));
        }
    }

    /** From now on what comes in on the one goes out on the other; nothing changes unless both read so. */
    static void join(Channel from, Channel to) {
        if (from.config().getRecvByteBufAllocator() instanceof SplicedReads reads
                && to instanceof EpollSocketChannel epoll
                && to.config().getRecvByteBufAllocator() instanceof SplicedReads) {
            reads.target = epoll;
        }
    }

    /** How many bytes were moved from a connection, besides what was read from it. */
    static long movedBytes(Channel from) {
        return from.config().getRecvByteBufAllocator() instanceof SplicedReads reads ? reads.movedBytes : 0;
    }

    /** Nothing more is moved; what has been is still written. */
    static void part(Channel from) {
        if (from.config().getRecvByteBufAllocator() instanceof SplicedReads reads) {
            reads.target = null;
            reads.stop();
        }
    }

    @Override
    @SuppressWarnings("deprecation") // of the interface
    public Handle newHandle() {
        return new Reads(buffers.newHandle());
    }

    private void received(int bytes) {
        if (bytes <= 0) { // there was nothing more to read
            return;
        }
        received = bytes < SMALL_READ_BYTES ? Math.max(0, received - LITTLE_BYTES) : received + bytes;
        if (received >= MANY_BYTES && pipe == null && target != null && state.takePipe()) {
            pipe = SplicePipe.open(source, state);
            received = 0;
            if (pipe != null) {
                lookLater();
            }
        }
    }

    private void lookLater() {
        moving = false;
        look = source.eventLoop().schedule(this::look, SILENT_SECONDS, TimeUnit.SECONDS);
    }

    /** Gives up a pipe that nothing has gone through since the last look; one that is full waits for its reader. */
    private void look() {
        if (pipe != null && !moving && !pipe.isFull()) {
            stop();
        } else if (pipe != null) {
            lookLater();
        }
    }

    /** Moves what there is, as far as the target takes it. */
    private void move(SplicePipe through, EpollSocketChannel to) throws IOException {
        if (through.isFull()) { // Netty goes on reading what comes before an end that was announced
            through.hold();
            return;
        }
        int moved = 0;
        while (moved < TURN_BYTES && through.isEmpty()) {
            int bytes = fill(through);
            if (bytes == 0) {
                break;
            }
            moved += bytes;
            movedBytes += bytes;
            moving = true;
            through.drainTo(to);
        }
        if (through.isFull()) {
            through.hold();
        }
        littleTurns = moved < LITTLE_BYTES ? littleTurns + 1 : 0;
        if (littleTurns == LITTLE_TURNS) {
            stop();
        }
    }

    private int fill(SplicePipe through) throws IOException {
        try {
            return through.fill();
        } catch (Errors.NativeIoException e) {
            if (!NOT_ALLOWED.contains(e.expectedErr())) {
                throw e;
            }
            state.noPipes();
            stop();
            return 0;
        }
    }

    @SuppressWarnings("unchecked") // a cast to a type variable that checks nothing
    private static <E extends Throwable> void raise(Throwable cause) throws E {
        throw (E) cause;
    }

    private void stop() {
        received = 0;
        littleTurns = 0;
        if (pipe != null) {
            pipe.close();
            pipe = null;
        }
        if (look != null) {
            look.cancel(false);
            look = null;
        }
    }

    /** Reads as told by the allocator for buffers, moving bytes before each. */
    @SuppressWarnings("deprecation") // of the interface
    private final class Reads extends DelegatingHandle implements ExtendedHandle {
        Reads(Handle buffers) {
            super(buffers);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            if (pipe == null || target == null) {
                return super.allocate(allocator);
            }
            try {
                move(pipe, target);
            } catch (IOException e) {
                stop();
                raise(e); // Netty tells it as the failure of the read that it is
            }
            return allocator.ioBuffer(BESIDE_BYTES);
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            received(bytes);
        }

        @Override
        public boolean continueReading() {
            return pipe == null && super.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier more) {
            return pipe == null && ((ExtendedHandle) delegate()).continueReading(more);
        }
    }
}
