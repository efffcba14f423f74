package dev.penstock.proxy;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollIoOps;

/**
 * What a channel wants to be told of, as the system is told it. Confined to its event loop.
 *
 * <p>A channel that once asked for events stays in the epoll set, with none to be told of, too.
 *
 * <p>Connections are told of bytes that come ({@code EPOLLET}), not each turn that there are some: the system then looks at a
 * connection once for each event, not twice. Netty reads until a read does not fill its buffer; one that left bytes, to let
 * others have their turn, or because of urgent data (RFC 9293, 3.8.5), behind which no read goes, whatever its buffer
 * holds, has the connection looked at anew. As that is dear for who sends much, he is told each turn from then on, until {@value
 * #CALM} reads in a row left nothing.
 */
final class EpollRegistration implements IoRegistration {
    private static final EpollIoOps URGENT = EpollIoOps.valueOf(2); // EPOLLPRI
    private static final int CALM = 16;

    private final IoRegistration registration;
    private EpollIoOps asked = EpollIoOps.NONE;
    private boolean added;
    private boolean stream;
    private int untilCalm; // reads, until it is told of bytes that come alone

    EpollRegistration(IoRegistration registration) {
        this.registration = registration;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
    public <T> T attachment() {
        return registration.attachment();
    }

    @Override
    public long submit(IoOps ops) {
        asked = (EpollIoOps) ops;
        added = added || !isIdle();
        stream = stream || asked.contains(EpollIoOps.EPOLLRDHUP); // what nothing else asks for
        return registration.submit(wanted());
    }

    private EpollIoOps wanted() {
        if (isIdle()) {
            return added ? EpollIoOps.EPOLLET : asked;
        }
        if (!stream || untilCalm > 0) {
            return asked;
        }
        return asked.with(asked.contains(EpollIoOps.EPOLLIN) ? EpollIoOps.EPOLLET.with(URGENT) : EpollIoOps.EPOLLET);
    }

    private boolean isIdle() {
        return EpollIoOps.NONE.equals(asked);
    }

    /** Tells whether its channel is in the set, and asks for nothing. */
    boolean isDeaf() {
        return added && isIdle();
    }

    /** Its channel was read, because of what was told. */
    @SuppressWarnings("deprecation") // of the interface
    void read(RecvByteBufAllocator.Handle reads, EpollIoOps told) {
        int last = reads.lastBytesRead();
        boolean leftBytes = last > 0 && (told.contains(URGENT) || last == reads.attemptedBytesRead());
        boolean wasCalm = untilCalm == 0;
        if (leftBytes) {
            untilCalm = CALM;
        } else if (!wasCalm) {
            untilCalm--;
        }
        boolean isCalm = untilCalm == 0;
        if (isCalm != wasCalm && stream && asked.contains(EpollIoOps.EPOLLIN) && registration.isValid()) {
            registration.submit(wanted());
        }
    }

    @Override
    public boolean isValid() {
        return registration.isValid();
    }

    @Override
    public boolean cancel() {
        return registration.cancel();
    }
}
