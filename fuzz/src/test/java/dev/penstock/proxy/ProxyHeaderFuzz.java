package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * PROXY headers: however many bytes have come, they are no header yet, or a header that more bytes do not change, or none
 * whatever comes; and whom one names is named again by those that we write, in both versions.
 */
public final class ProxyHeaderFuzz {
    private static final int MAX_BYTES = 4 << 10;

    private static final String MORE = "more is awaited";

    private ProxyHeaderFuzz() {}

    /** The begin of a connection. */
    public static void run(byte[] input) {
        Object before = MORE;
        for (int length = 0; length <= Math.min(input.length, 300); length++) {
            Object now = read(input, length);
            if (before.equals(MORE)) {
                before = now;
            }
            assertThat(now).as("after %d bytes", length).isEqualTo(before);
        }
        Object all = read(input, input.length);
        assertThat(before.equals(MORE) || before.equals(all)).isTrue();
        if (all instanceof ProxyHeader header) {
            assertThat(header.length()).isBetween(1, Math.min(input.length, MAX_BYTES));
            if (header.source() != null) {
                writtenAgain(header.source());
            }
        }
    }

    private static void writtenAgain(InetSocketAddress source) {
        for (byte[] written : new byte[][] {ProxyHeader.text(source, source), ProxyHeader.binary(source, source)}) {
            assertThat(read(written, written.length)).isEqualTo(new ProxyHeader(source, written.length));
        }
    }

    /** A header, or {@link #MORE}, or nothing, where there is none. */
    private static Object read(byte[] bytes, int length) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, length);
        try {
            @Nullable ProxyHeader header = ProxyHeader.read(in, MAX_BYTES);
            return header == null ? MORE : header;
        } catch (ProxyHeader.Malformed e) {
            return Optional.empty();
        }
    }
}
