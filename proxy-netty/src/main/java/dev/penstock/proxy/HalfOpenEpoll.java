package dev.penstock.proxy;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Netty's epoll with half-open connections mended. Confined to its event loop, but for {@link #wakeup()}.
 *
 * <p>A channel whose peer sends no more asks for no event. Netty 4.2.18 then takes it out of the epoll set and never puts it
 * in again: the first write that does not fit into the socket's buffer fails with ENOENT, and the rest of an answer is lost
 * to a client that had closed its half. Here such a channel stays in the set, for errors and hang-ups, each told once.
 *
 * <p>Nor does it then heed a reset: its handler reads no more, so nobody learns that the peer is gone for good, and what is
 * done for it goes on until something is written. Here a channel that asks for no event is closed when it has an error.
 *
 * <p>Besides, connections that say little at once are told of bytes that come, not each turn that there are some: see {@link
 * EpollRegistration}.
 */
final class HalfOpenEpoll implements IoHandler {
    private final IoHandler epoll;

    private HalfOpenEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new HalfOpenEpoll(factory.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return factory.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        if (handle instanceof EpollIoHandle epollHandle && handle instanceof Channel.Unsafe unsafe) {
            var watched = new WatchedHandle(epollHandle, unsafe);
            watched.registration = new EpollRegistration(epoll.register(watched));
            return watched.registration;
        }
        return new EpollRegistration(epoll.register(handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** A channel as the system sees it: told of events, and closed where it would not heed one. */
    @SuppressWarnings("try") // what close() may throw is Netty's
    private static final class WatchedHandle implements EpollIoHandle {
        private final EpollIoHandle handle;
        private final Channel.Unsafe unsafe;
        private @Nullable EpollRegistration registration;

        private WatchedHandle(EpollIoHandle handle, Channel.Unsafe unsafe) {
            this.handle = handle;
            this.unsafe = unsafe;
        }

        @Override
        public FileDescriptor fd() {
            return handle.fd();
        }

        @Override
        @SuppressWarnings("deprecation") // recvBufAllocHandle, of the interface
        public void handle(IoRegistration own, IoEvent event) {
            boolean deaf = registration != null && registration.isDeaf();
            handle.handle(own, event);
            EpollIoOps told = ((EpollIoEvent) event).ops();
            if (registration != null && told.contains(EpollIoOps.EPOLLIN)) {
                registration.read(unsafe.recvBufAllocHandle(), told);
            }
            if (deaf && told.contains(EpollIoOps.EPOLLERR)) {
                unsafe.close(unsafe.voidPromise());
            }
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        @Override
        public void close() throws Exception {
            handle.close();
        }
    }
}
