package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordCumulatorTest {
    private static final int HEADER = 5;

    /** Takes whole records, as TLS does. */
    private static final class Records extends ByteToMessageDecoder {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (in.readableBytes() < HEADER) {
                return;
            }
            int length = HEADER + in.getUnsignedShort(in.readerIndex() + 3);
            if (in.readableBytes() >= length) {
                byte[] record = new byte[length];
                in.readBytes(record);
                taken.writeBytes(record);
            }
        }

        boolean keepsSomething() {
            return actualReadableBytes() > 0;
        }
    }

    private static byte[] record(SplittableRandom random) {
        int length = random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(16 << 10);
        byte[] record = new byte[HEADER + length];
        random.nextBytes(record);
        record[3] = (byte) (length >> 8);
        record[4] = (byte) length;
        return record;
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "3, true", "4, false", "5, true", "6, false"}) // seeds
    void heldBytes_areThoseOfWhatIsNotWhole_whateverThePieces(long seed, boolean joins) {
        var random = new SplittableRandom(seed);
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < 40; i++) {
            all.writeBytes(record(random));
        }
        var decoder = new Records();
        var channel = new EmbeddedChannel(decoder);
        RecordCumulator.install(decoder, channel, joins);
        byte[] bytes = all.toByteArray();
        for (int from = 0; from < bytes.length; ) {
            int count = Math.min(bytes.length - from, 1 + random.nextInt(random.nextBoolean() ? 20_000 : 50));
            channel.writeInbound(ByteBufAllocator.DEFAULT.ioBuffer(64 << 10).writeBytes(bytes, from, count));
            from += count;

            long held = RecordCumulator.heldBytes(channel);
            assertThat(held > 0).isEqualTo(decoder.keepsSomething());
            assertThat(held).isLessThan(512 << 10);
        }

        assertThat(decoder.taken.toByteArray()).isEqualTo(bytes);
        assertThat(RecordCumulator.heldBytes(channel)).isZero();
        channel.finishAndReleaseAll();
    }

    @Test
    void recordByteByByte_keepsNoBufferForEach() {
        var decoder = new Records();
        var channel = new EmbeddedChannel(decoder);
        RecordCumulator.install(decoder, channel, true);
        var reads = new ArrayList<ByteBuf>();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {23, 3, 3, 0x40, 0}));
        for (int i = 0; i < 10_000; i++) {
            ByteBuf read = ByteBufAllocator.DEFAULT.ioBuffer(1_024).writeByte(i);
            reads.add(read);
            channel.writeInbound(read);
        }

        assertThat(reads).filteredOn(read -> read.refCnt() > 0).hasSizeLessThanOrEqualTo(1);
        assertThat(RecordCumulator.heldBytes(channel)).isLessThan(100_000);
        channel.finishAndReleaseAll();
    }

    @Test
    void connectionThatIsClosed_holdsNothing() throws Exception {
        var channel = new EmbeddedChannel();
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(false);
        var handler = new SslHandler(engine);
        RecordCumulator.install(handler, channel);
        channel.pipeline().addLast(handler);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {22, 3}));
        assertThat(RecordCumulator.heldBytes(channel)).isPositive();

        channel.finishAndReleaseAll();

        assertThat(RecordCumulator.heldBytes(channel)).isZero();
    }
}
