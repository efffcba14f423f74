package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollIoOps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@SuppressWarnings("deprecation") // Netty's handle of reads
class EpollRegistrationTest {
    private static final EpollIoOps URGENT = EpollIoOps.valueOf(2);
    private static final EpollIoOps PEER_ENDS = EpollIoOps.EPOLLRDHUP;
    private static final EpollIoOps READ = PEER_ENDS.with(EpollIoOps.EPOLLIN);
    private static final EpollIoOps OF_BYTES_THAT_COME =
            READ.with(EpollIoOps.EPOLLET).with(URGENT);

    /** Notes what the system is told. */
    private static final class Noted implements IoRegistration {
        private final List<IoOps> told = new ArrayList<>();

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long submit(IoOps ops) {
            told.add(ops);
            return 0;
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }

    private final Noted system = new Noted();
    private final EpollRegistration registration = new EpollRegistration(system);
    private final RecvByteBufAllocator.Handle reads = new AdaptiveRecvByteBufAllocator().newHandle();

    private void read(int got, int room, EpollIoOps told) {
        reads.attemptedBytesRead(room);
        reads.lastBytesRead(got);
        registration.read(reads, told);
    }

    @Test
    void H26_connectionThatLeavesNothing_isToldOfBytesThatCome() {
        registration.submit(READ);
        read(70, 512, READ);
        read(0, 512, READ);
        read(-1, 512, READ);

        assertThat(system.told).containsExactly(OF_BYTES_THAT_COME);
    }

    @Test
    void H26_connectionThatSendsMuch_isToldEachTurnUntilSixteenReadsLeaveNothing() {
        registration.submit(READ);
        read(512, 512, READ);
        for (int i = 0; i < 15; i++) {
            read(70, 512, READ);
        }
        assertThat(system.told).containsExactly(OF_BYTES_THAT_COME, READ);

        read(512, 512, READ); // begins anew
        for (int i = 0; i < 15; i++) {
            read(70, 512, READ);
        }
        assertThat(system.told).hasSize(2);
        read(70, 512, READ);

        assertThat(system.told).containsExactly(OF_BYTES_THAT_COME, READ, OF_BYTES_THAT_COME);
    }

    @Test
    void T01_readThatEndsAtUrgentData_isFollowedByAnother() {
        registration.submit(READ);
        read(6, 512, READ.with(URGENT));

        assertThat(system.told).containsExactly(OF_BYTES_THAT_COME, READ);
    }

    @Test
    void H26_whoIsHeldBack_isNotAskedForBytes() {
        registration.submit(READ);
        registration.submit(PEER_ENDS);
        read(512, 512, READ);
        assertThat(system.told).containsExactly(OF_BYTES_THAT_COME, PEER_ENDS.with(EpollIoOps.EPOLLET));

        registration.submit(READ);
        assertThat(system.told).last().isEqualTo(READ);
    }

    @Test
    void T01_channelThatAsksForNothing_staysInTheSetOnceItWas() {
        registration.submit(EpollIoOps.NONE);
        assertThat(registration.isDeaf()).isFalse();
        registration.submit(READ);
        registration.submit(EpollIoOps.NONE);

        assertThat(registration.isDeaf()).isTrue();
        assertThat(system.told).containsExactly(EpollIoOps.NONE, OF_BYTES_THAT_COME, EpollIoOps.EPOLLET);
    }

    @Test
    void H26_listenersAndDatagrams_areToldEachTurn() {
        registration.submit(EpollIoOps.EPOLLIN);
        read(512, 512, EpollIoOps.EPOLLIN);

        assertThat(system.told).containsExactly(EpollIoOps.EPOLLIN);
    }
}
