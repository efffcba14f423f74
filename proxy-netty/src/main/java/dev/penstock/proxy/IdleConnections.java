package dev.penstock.proxy;

import dev.penstock.catalog.AnswerLimits;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The idle connections to one endpoint: a stack for each event loop, so that none ever serves another loop. Each stack is
 * confined to its loop; closing is thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class IdleConnections implements AutoCloseable {
    private final List<LoopState> loops;
    private final List<ArrayDeque<UpstreamConnection>> stacks;
    private final Consumer<IdleConnections> onClose;
    private volatile boolean closed;

    IdleConnections(List<LoopState> loops, Consumer<IdleConnections> onClose) {
        this.loops = loops;
        this.onClose = onClose;
        this.stacks = new ArrayList<>(loops.size());
        for (int i = 0; i < loops.size(); i++) {
            stacks.add(new ArrayDeque<>(2));
        }
    }

    /** Takes the connection used last that speaks for the given client, see its preface; null where there is none. Those made
     * otherwise are closed on the way. */
    @Nullable
    UpstreamConnection take(LoopState state, String preface, @Nullable TlsProfile profile, AnswerLimits limits) {
        assert state.loop().inEventLoop();
        ArrayDeque<UpstreamConnection> stack = stacks.get(state.index());
        for (var first = stack.peekFirst(); first != null; first = stack.peekFirst()) {
            boolean open = first.isOpen() && first.isMade(profile, limits);
            if (open && !first.preface().equals(preface)) {
                return takeBelow(state, preface, profile, limits);
            }
            stack.removeFirst();
            state.giveIdlePlace();
            if (open) {
                return first;
            }
            first.close();
        }
        return null;
    }

    private @Nullable UpstreamConnection takeBelow(
            LoopState state, String preface, @Nullable TlsProfile profile, AnswerLimits limits) {
        Iterator<UpstreamConnection> below = stacks.get(state.index()).iterator();
        while (below.hasNext()) {
            UpstreamConnection connection = below.next();
            if (connection.isOpen()
                    && connection.isMade(profile, limits)
                    && connection.preface().equals(preface)) {
                below.remove();
                state.giveIdlePlace();
                return connection;
            }
        }
        return null;
    }

    /** Keeps a connection beside at most so many less one; false where it is not wanted and is to be closed. */
    boolean keep(LoopState state, UpstreamConnection connection, int most) {
        ArrayDeque<UpstreamConnection> stack = stacks.get(state.index());
        if (closed || stack.size() >= most || !state.takeIdlePlace()) {
            return false;
        }
        stack.addFirst(connection);
        return true;
    }

    /** Takes out a connection that has closed, if it is there. */
    void remove(LoopState state, UpstreamConnection connection) {
        assert state.loop().inEventLoop();
        if (stacks.get(state.index()).remove(connection)) {
            state.giveIdlePlace();
        }
    }

    /** Closes all of them, each on its loop; later ones are not kept. */
    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
        for (LoopState state : loops) {
            EventLoop loop = state.loop();
            try {
                loop.execute(() -> closeAll(state));
            } catch (RejectedExecutionException e) {
                assert loop.isShuttingDown(); // which closes what the loop has
            }
        }
    }

    private void closeAll(LoopState state) {
        ArrayDeque<UpstreamConnection> stack = stacks.get(state.index());
        for (var connection = stack.pollFirst(); connection != null; connection = stack.pollFirst()) {
            state.giveIdlePlace();
            connection.close();
        }
    }
}
