package dev.penstock.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs what an exchange has put off, and tells it of what breaks there: nobody else would. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what runs here tells of its faults itself
final class Guard {
    private final EventLoop loop;
    private final Consumer<Throwable> onFault;

    Guard(EventLoop loop, Consumer<Throwable> onFault) {
        this.loop = loop;
        this.onFault = onFault;
    }

    /** Runs it here and now. */
    void run(Runnable task) {
        try {
            task.run();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            failed(e);
        }
    }

    /** Something of ours broke. */
    void failed(Throwable cause) {
        onFault.accept(cause);
    }

    /** Runs it once what runs now has ended. */
    void soon(Runnable task) {
        loop.execute(() -> run(task));
    }

    /** Runs it after a while, unless it is cancelled before. */
    Future<?> later(long nanos, Runnable task) {
        return loop.schedule(() -> run(task), nanos, TimeUnit.NANOSECONDS);
    }

    /** Cancels what was put off, if anything was. */
    static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
