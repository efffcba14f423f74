package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyHeaderTest {
    private static final int MAX_BYTES = 4 << 10;

    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String V4 = "\t\t\t\t\177\0\0\1\22\70\0\120"; // 9.9.9.9:4664 to 127.0.0.1:80

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    private static InetSocketAddress address(String ip, int port) {
        return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(ip), port);
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 9.9.9.9 127.0.0.1 4711 80, 9.9.9.9, 4711",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255, 65535",
        "PROXY TCP6 2001:db8::1 ::1 0 0, 2001:db8::1, 0",
        "PROXY TCP6 ::ffff:9.9.9.9 ::1 1 2, 9.9.9.9, 1"
    })
    void read_ofVersion1_givesTheSource(String line, String ip, int port) throws Exception {
        ProxyHeader header = ProxyHeader.read(bytes(line + "\r\nGET / HTTP/1.1"), MAX_BYTES);

        assertThat(header).isEqualTo(new ProxyHeader(address(ip, port), line.length() + 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY UNKNOWN\r\n",
                "PROXY UNKNOWN ffff::1 what ever\r\n",
                SIGNATURE + "\40\0\0\0",
                SIGNATURE + "\40\21\0\14" + V4,
                SIGNATURE + "\41\0\0\2ab"
            })
    void read_ofAHeaderThatSaysNothingOfTheClient_givesItsLength(String text) throws Exception {
        assertThat(ProxyHeader.read(bytes(text + "GET"), MAX_BYTES)).isEqualTo(new ProxyHeader(null, text.length()));
    }

    @Test
    void read_ofVersion2_givesTheSource_andPassesOverTheRest() throws Exception {
        var v4 = SIGNATURE + "\41\21\0\21" + V4 + "\3\0\2ab";
        var v6 = SIGNATURE + "\41\41\0\44" + "\40\1\r\270" + "\0".repeat(11) + "\1" + "\0".repeat(15) + "\1"
                + "\0\1\0\2";

        assertThat(ProxyHeader.read(bytes(v4 + "GET"), MAX_BYTES))
                .isEqualTo(new ProxyHeader(address("9.9.9.9", 4664), 33));
        assertThat(ProxyHeader.read(bytes(v6 + "GET"), MAX_BYTES))
                .isEqualTo(new ProxyHeader(address("2001:db8::1", 1), 52));
    }

    @Test
    void read_ofAPathOfUnix_withLineEndsInIt_takesNothingFromIt() throws Exception { // CVE-2026-59919
        var text = SIGNATURE + "\41\61\0\330" + "/a\r\nX-Evil: 1\r\n" + "\0".repeat(201);

        assertThat(ProxyHeader.read(bytes(text), MAX_BYTES)).isEqualTo(new ProxyHeader(null, 232));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "PROXYX",
                "PROXY \r\n",
                "PROXY TCP4\r\n",
                "PROXY TCP4 9.9.9.9 127.0.0.1 4711 80\n",
                "PROXY TCP4 9.9.9.9 127.0.0.1 4711 80 \r\n",
                "PROXY TCP4  9.9.9.9 127.0.0.1 4711 80\r\n",
                "PROXY TCP4 9.9.9.9 127.0.0.1 4711\r\n",
                "PROXY TCP4 9.9.9.9 127.0.0.1 65536 80\r\n",
                "PROXY TCP4 9.9.9.9 127.0.0.1 04711 80\r\n",
                "PROXY TCP4 9.9.9.9 127.0.0.1 -1 80\r\n",
                "PROXY TCP4 9.9.9.09x 127.0.0.1 1 80\r\n",
                "PROXY TCP4 ::1 ::1 1 80\r\n",
                "PROXY TCP6 9.9.9.9 127.0.0.1 1 80\r\n",
                "PROXY TCP6 fe80::1%lo ::1 1 80\r\n",
                "PROXY TCP6 [::1] ::1 1 80\r\n",
                "PROXY UDP4 9.9.9.9 127.0.0.1 1 80\r\n",
                "PROXY tcp4 9.9.9.9 127.0.0.1 1 80\r\n",
                "\r\n\r\n\0\r\nQUIT\r",
                SIGNATURE + "\377", // CVE-2026-55851
                SIGNATURE + "\21",
                SIGNATURE + "\42\21\0\14",
                SIGNATURE + "\41\22\0\14" + V4, // of datagrams
                SIGNATURE + "\41\21\0\13" + V4, // too short for its addresses
                SIGNATURE + "\41\61\0\14" + V4,
                SIGNATURE + "\41\21\377\377"
            })
    void read_ofWhatIsNoHeader_isRefused(String text) {
        assertThatThrownBy(() -> ProxyHeader.read(bytes(text), MAX_BYTES)).isInstanceOf(ProxyHeader.Malformed.class);
    }

    @Test
    void read_ofALineThatDoesNotEnd_isRefusedAtItsBound() throws Exception {
        assertThat(ProxyHeader.read(bytes("PROXY UNKNOWN " + "x".repeat(92)), MAX_BYTES))
                .isNull();
        assertThatThrownBy(() -> ProxyHeader.read(bytes("PROXY UNKNOWN " + "x".repeat(93)), MAX_BYTES))
                .isInstanceOf(ProxyHeader.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource({"9.9.9.9, 127.0.0.1", "2001:db8::1, ::1", "9.9.9.9, ::1", "::1, 127.0.0.1"})
    void write_ofEitherVersion_isReadAsItWasMeant_andByPartsIsNotWholeBefore(String from, String to) throws Exception {
        InetSocketAddress source = address(from, 4711);
        for (byte[] header :
                new byte[][] {ProxyHeader.text(source, address(to, 80)), ProxyHeader.binary(source, address(to, 80))}) {
            assertThat(ProxyHeader.read(Unpooled.wrappedBuffer(header), MAX_BYTES))
                    .isEqualTo(new ProxyHeader(source, header.length));
            for (int length = 0; length < header.length; length++) {
                assertThat(ProxyHeader.read(Unpooled.wrappedBuffer(header, 0, length), MAX_BYTES))
                        .isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void read_ofAnyBytes_isRefusedOrWhole_withinTheBound(long seed) {
        var chance = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            var bytes = new byte[MAX_BYTES];
            chance.nextBytes(bytes);
            byte[] begin = chance.nextBoolean() ? SIGNATURE.getBytes(ISO_8859_1) : "PROXY TCP4 ".getBytes(ISO_8859_1);
            System.arraycopy(begin, 0, bytes, 0, begin.length);
            if (chance.nextBoolean()) {
                bytes[12] = 0x21;
            }
            try {
                assertThat(ProxyHeader.read(Unpooled.wrappedBuffer(bytes), MAX_BYTES))
                        .isNotNull();
            } catch (ProxyHeader.Malformed refused) {
                assertThat(refused).isNotNull();
            }
        }
    }
}
