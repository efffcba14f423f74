package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatagramBuffersTest {
    private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

    private final ChannelConfig config = new EmbeddedChannel().config();
    private final DatagramBuffers single = new DatagramBuffers(1);
    private final DatagramBuffers batches = new DatagramBuffers(4);

    @AfterEach
    void close() {
        single.close();
        batches.close();
    }

    @Test
    void socketThatHasOneDatagramAtATime_isSeldomAskedForAnother() {
        var reads = (RecvByteBufAllocator.ExtendedHandle) single.newHandle();
        assertThat(calls(reads, 1)).as("not known yet").isEqualTo(2);
        for (int turn = 0; turn < 15; turn++) {
            assertThat(calls(reads, 1)).as("turn %s", turn).isEqualTo(1);
        }
        assertThat(calls(reads, 1)).as("looked whether that is still so").isEqualTo(2);
    }

    @Test
    void socketThatHasMany_isReadOn() {
        var reads = (RecvByteBufAllocator.ExtendedHandle) single.newHandle();
        assertThat(calls(reads, 3)).isEqualTo(4);
        for (int turn = 0; turn < 15; turn++) {
            assertThat(calls(reads, 1)).isEqualTo(1);
        }
        assertThat(calls(reads, 40)).as("so often others wait").isEqualTo(16);
        assertThat(calls(reads, 24)).as("and goes on").isEqualTo(16);
    }

    @Test
    void batches_areReadOnInTheSameWay() {
        var reads = (RecvByteBufAllocator.ExtendedHandle) batches.newHandle();
        assertThat(calls(reads, 9)).isEqualTo(4); // 4, 4, 1, none
        assertThat(calls(reads, 9)).as("what is left comes in the next turn").isEqualTo(1);
    }

    /** Reads as a transport does, of a socket that has some datagrams; gives the calls of the system that took. */
    private int calls(RecvByteBufAllocator.ExtendedHandle reads, int datagrams) {
        int left = datagrams;
        int calls = 0;
        int most = reads.guess() / DatagramBuffers.LONGEST;
        reads.reset(config);
        do {
            ByteBuf buffer = reads.allocate(ALLOCATOR);
            calls++;
            int got = Math.min(most, left);
            left -= got;
            if (got > 0) {
                reads.lastBytesRead(64 * got); // once for all
                reads.incMessagesRead(got);
            }
            buffer.release();
            if (got == 0) {
                reads.lastBytesRead(-1);
                break;
            }
        } while (reads.continueReading(() -> true));
        reads.readComplete();
        return calls;
    }
}
