package dev.penstock.proxy;

import io.netty.channel.FileRegion;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipe of the system by which bytes of one connection go to another without being copied. It is closed once it is empty.
 * Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class SplicePipe {
    private static final Logger LOG = LoggerFactory.getLogger(SplicePipe.class);

    /** What a pipe holds (pipe(7)). */
    private static final int BYTES = 64 << 10;

    private final EpollSocketChannel source;
    private final LoopState state;
    private final FileDescriptor out;
    private final FileDescriptor in;
    private int filled;
    private boolean full;
    private boolean holding;
    private boolean closing;
    private boolean closed;

    private SplicePipe(EpollSocketChannel source, LoopState state, FileDescriptor[] ends) {
        this.source = source;
        this.state = state;
        this.out = ends[0];
        this.in = ends[1];
    }

    /** Opens one, for a place that was taken; null if the system has none left, which gives the place back. */
    static @Nullable SplicePipe open(EpollSocketChannel source, LoopState state) {
        try {
            return new SplicePipe(source, state, FileDescriptor.pipe());
        } catch (IOException e) {
            state.givePipe();
            return null;
        }
    }

    /** Tells whether it takes bytes: all that was filled in has come out. */
    boolean isEmpty() {
        return !full && !closed;
    }

    /** Tells whether something that was filled in has not come out. */
    boolean isFull() {
        return full;
    }

    /**
     * Takes what the source has, while it is empty.
     *
     * @return how many bytes; 0 if there are none at the moment, and at the end of the input
     */
    int fill() throws IOException {
        filled = Native.splice(source.fd().intValue(), -1, in.intValue(), -1, BYTES);
        full = filled > 0;
        return filled;
    }

    /** Has the target send what was filled in, behind what it was given before. */
    void drainTo(EpollSocketChannel target) {
        target.writeAndFlush(new Load(target, filled), target.voidPromise());
    }

    /** Has the source wait until it is empty. */
    void hold() {
        holding = true;
        source.config().setAutoRead(false);
    }

    private void drained(EpollSocketChannel target, boolean whole) {
        full = false;
        closing |= !whole; // the target is gone, and something is left in the pipe
        if (closing) {
            close();
        }
        if (holding) {
            holding = false;
            source.config().setAutoRead(target.isWritable());
        }
    }

    /** Closes it, once it is empty. */
    void close() {
        closing = true;
        if (full || closed) {
            return;
        }
        closed = true;
        state.givePipe();
        try {
            out.close();
            in.close();
        } catch (IOException e) {
            LOG.debug("pipe: cannot be closed", e);
        }
    }

    /** What is in the pipe, as a connection sends it. */
    private final class Load extends AbstractReferenceCounted implements FileRegion {
        private final EpollSocketChannel target;
        private final int count;
        private int transferred;

        Load(EpollSocketChannel target, int count) {
            this.target = target;
            this.count = count;
        }

        @Override
        public long transferTo(WritableByteChannel unused, long position) throws IOException {
            int bytes = Native.splice(out.intValue(), -1, target.fd().intValue(), -1, count - transferred);
            transferred += bytes;
            return bytes;
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        @Deprecated
        public long transfered() {
            return transferred;
        }

        @Override
        public long transferred() {
            return transferred;
        }

        @Override
        public long count() {
            return count;
        }

        @Override
        protected void deallocate() {
            drained(target, transferred == count);
        }

        @Override
        public FileRegion retain() {
            super.retain();
            return this;
        }

        @Override
        public FileRegion retain(int increment) {
            super.retain(increment);
            return this;
        }

        @Override
        public FileRegion touch() {
            return this;
        }

        @Override
        public FileRegion touch(Object hint) {
            return this;
        }
    }
}
