package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // nothing goes out
class PinnedTest {
    private static final int READ = 64 << 10;

    private final List<ByteBuf> buffers = new ArrayList<>();

    /** A connection that sends nothing. */
    private final EmbeddedChannel stuck = new EmbeddedChannel() {
        @Override
        protected void doWrite(ChannelOutboundBuffer waiting) {
            // its socket is full
        }
    };

    @AfterEach
    void release() {
        buffers.forEach(ByteBuf::release);
        stuck.finishAndReleaseAll();
    }

    /** What a read gave: so many bytes in a buffer that was made for more. */
    private ByteBuf read(int bytes) {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.ioBuffer(READ).writeZero(bytes);
        buffers.add(buffer);
        return buffer;
    }

    @Test
    void oneByte_countsTheWholeBuffer_alsoAsASlice() {
        ByteBuf one = read(1);

        assertThat(Pinned.bytes(one)).isGreaterThanOrEqualTo(READ);
        assertThat(Pinned.bytes(one.slice(0, 1).duplicate())).isEqualTo(Pinned.bytes(one));
        assertThat(Pinned.bytes(one.slice(1, 0))).isEqualTo(Pinned.bytes(one));
    }

    @Test
    void joinedBuffers_countEach() {
        ByteBuf joined = ByteBufAllocator.DEFAULT
                .compositeBuffer()
                .addComponent(true, read(10).retainedSlice(3, 2))
                .addComponent(true, read(1).retain());

        assertThat(Pinned.bytes(joined)).isGreaterThanOrEqualTo(2 * READ);
        joined.release();
        assertThat(Pinned.bytes(joined)).isZero();
    }

    @Test
    void piecesThatWait_countTheirBufferOnce() {
        ByteBuf first = read(1_000);
        ByteBuf second = read(5);
        assertThat(Pinned.pending(stuck)).isZero();
        for (int i = 0; i < 10; i++) {
            stuck.write(first.retainedSlice(100 * i, 100));
        }
        stuck.writeAndFlush(second.retain());

        assertThat(Pinned.pending(stuck)).isBetween(2L * READ, 2L * READ + 8_000);
    }

    @Test
    void piecesThatAreNotFlushed_countTheirBytes() {
        stuck.write(read(1_000).retain());

        assertThat(Pinned.pending(stuck)).isBetween(1_000L, 2_000L);
    }
}
