package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.Transport;
import dev.penstock.route.Match;
import dev.penstock.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes that the system moves from one connection to the other, where the transport is epoll and neither side does TLS. */
@ExtendWith(LeakExtension.class)
class SpliceTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final Match HERE = Match.ALL.withListeners(Set.of("tcp"));
    private static final ListenerSpec LISTENER =
            ListenerSpec.of("tcp", "127.0.0.1:0").withProtocol(Protocol.Tcp.defaults());

    private long pipesBefore;

    @BeforeEach
    void countPipes() throws IOException {
        pipesBefore = pipes();
    }

    /** The pipes of this process. */
    private static long pipes() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(SpliceTest::isPipe).count();
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static Gateway over(TcpBackend backend) {
        Gateway gateway = Setup.gateway()
                .listener(LISTENER)
                .service(ServiceSpec.of("db", backend.address()))
                .route(HERE, "db")
                .start();
        assumeThat(gateway.transport()).isEqualTo(Transport.EPOLL);
        return gateway;
    }

    private static Socket connect(Gateway gateway) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
        return socket;
    }

    private static void send(OutputStream out, int mebibytes) throws IOException {
        for (int i = 0; i < mebibytes; i++) {
            out.write(Setup.randomBytes(i, MEBIBYTE));
        }
    }

    private static void expect(InputStream in, int mebibytes) throws IOException {
        for (int i = 0; i < mebibytes; i++) {
            assertThat(in.readNBytes(MEBIBYTE)).as("mebibyte %d", i).isEqualTo(Setup.randomBytes(i, MEBIBYTE));
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(Setup.GENEROUS.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void pause(long millis) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void aLongDownload_goesThroughAPipe_whichIsClosedWithIt() throws Exception {
        var half = new CountDownLatch(1);
        try (var backend = TcpBackend.start(socket -> {
                    send(socket.getOutputStream(), 20);
                    await(half);
                    send(socket.getOutputStream(), 20);
                });
                var gateway = over(backend);
                var socket = connect(gateway)) {
            expect(socket.getInputStream(), 20);
            assertThat(pipes()).isEqualTo(pipesBefore + 2);

            half.countDown();
            expect(socket.getInputStream(), 20);
            assertThat(socket.getInputStream().read()).isEqualTo(-1); // the end comes after all bytes
        }
        Eventually.eventually(Setup.GENEROUS, () -> assertThat(pipes()).isEqualTo(pipesBefore));
    }

    /** What two sockets each way hold at most, and so much more that what the program holds by itself does not count. */
    private static int heldMebibytes() throws IOException {
        long bytes = 2 * (longest("tcp_rmem") + longest("tcp_wmem"));
        return (int) (bytes / MEBIBYTE) + 16;
    }

    private static long longest(String sockets) throws IOException {
        try (var bytes = new Scanner(Path.of("/proc/sys/net/ipv4", sockets), US_ASCII)) { // least, usual and most
            bytes.nextLong();
            bytes.nextLong();
            return bytes.nextLong();
        }
    }

    @Test
    void readerThatStops_stopsTheSender_andThenHasAll() throws Exception {
        int held = heldMebibytes();
        assumeThat(held).as("what the sockets of this system hold").isLessThan(512);
        int all = held + 16;
        var sent = new AtomicInteger();
        try (var backend = TcpBackend.start(socket -> {
                    for (int i = 0; i < all; i++) {
                        socket.getOutputStream().write(Setup.randomBytes(i, MEBIBYTE));
                        sent.incrementAndGet();
                    }
                });
                var gateway = over(backend);
                var socket = connect(gateway)) {
            expect(socket.getInputStream(), 4);
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> { // what the sockets and the pipe hold is less than the rest
                        int before = sent.get();
                        pause(500);
                        assertThat(sent).hasValue(before);
                    });
            assertThat(sent).hasValueLessThan(4 + held);
            for (int i = 4; i < all; i++) {
                assertThat(socket.getInputStream().readNBytes(MEBIBYTE)).isEqualTo(Setup.randomBytes(i, MEBIBYTE));
            }
            assertThat(sent).hasValue(all);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void directionThatFallsSilent_givesItsPipeBack_andGetsAnotherForTheNextDownload() throws Exception {
        var half = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        try (var backend = TcpBackend.start(socket -> {
                    send(socket.getOutputStream(), 8);
                    await(half);
                    send(socket.getOutputStream(), 8);
                    await(end);
                });
                var gateway = over(backend);
                var socket = connect(gateway)) {
            expect(socket.getInputStream(), 8);
            assertThat(pipes()).isEqualTo(pipesBefore + 2);
            Eventually.eventually(Setup.GENEROUS, () -> assertThat(pipes()).isEqualTo(pipesBefore));

            half.countDown();
            expect(socket.getInputStream(), 8);
            assertThat(pipes()).isEqualTo(pipesBefore + 2);
            end.countDown();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void smallMessages_howeverMany_needNoPipe() throws Exception {
        try (var backend = TcpBackend.echo();
                var gateway = over(backend);
                var socket = connect(gateway)) {
            var message = Setup.randomBytes(1, 512);
            for (int i = 0; i < 4 * MEBIBYTE / message.length; i++) {
                socket.getOutputStream().write(message);
                assertThat(socket.getInputStream().readNBytes(message.length)).isEqualTo(message);
                if (i % 512 == 0) {
                    assertThat(pipes()).isEqualTo(pipesBefore);
                }
            }
        }
    }

    @Test
    void endOfASender_whoseReaderIsSlow_comesBehindAllBytes() throws Exception {
        try (var backend = TcpBackend.start(socket -> send(socket.getOutputStream(), 12));
                var gateway = over(backend);
                var socket = connect(gateway)) {
            expect(socket.getInputStream(), 2);
            pause(300); // the end is there while the pipe is full
            for (int i = 2; i < 12; i++) {
                assertThat(socket.getInputStream().readNBytes(MEBIBYTE)).isEqualTo(Setup.randomBytes(i, MEBIBYTE));
            }
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void bothWaysAtOnce_andSmallBytesAfterwards_arriveAsTheyWere() throws Exception {
        try (var backend = TcpBackend.echo();
                var gateway = over(backend);
                var socket = connect(gateway)) {
            var writer = CompletableFuture.runAsync(() -> {
                try {
                    send(socket.getOutputStream(), 16);
                } catch (IOException e) {
                    throw new IllegalStateException("broken off", e);
                }
            });
            expect(socket.getInputStream(), 16);
            writer.get(Setup.GENEROUS.toSeconds(), TimeUnit.SECONDS);
            for (int i = 0; i < 200; i++) { // enough of them end the pipes
                socket.getOutputStream().write(i);
                assertThat(socket.getInputStream().read()).isEqualTo(i & 0xff);
            }
            Eventually.eventually(Setup.GENEROUS, () -> assertThat(pipes()).isEqualTo(pipesBefore));

            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void clientThatLeavesInTheMiddle_leavesNothingOpen() throws Exception {
        try (var backend = TcpBackend.start(socket -> send(socket.getOutputStream(), 200));
                var gateway = over(backend)) {
            for (int i = 0; i < 20; i++) {
                try (var socket = connect(gateway)) {
                    expect(socket.getInputStream(), 2 + i % 3);
                    if (i % 2 == 0) {
                        socket.setSoLinger(true, 0); // a reset
                    }
                }
            }
            Setup.awaitNothingInFlight(gateway);
            Eventually.eventually(Setup.GENEROUS, () -> assertThat(pipes()).isEqualTo(pipesBefore));
        }
    }

    @Test
    void endpointThatBreaksOff_isToldTheClientAsABreak() throws Exception {
        var spliced = new CountDownLatch(1);
        try (var backend = TcpBackend.start(socket -> {
                    send(socket.getOutputStream(), 8);
                    await(spliced);
                    socket.setSoLinger(true, 0);
                    socket.close();
                });
                var gateway = over(backend);
                var socket = connect(gateway)) {
            expect(socket.getInputStream(), 8);
            assertThat(pipes()).isEqualTo(pipesBefore + 2);
            spliced.countDown();
            assertThat(breaks(socket.getInputStream())).isTrue();
        }
    }

    private static boolean breaks(InputStream in) {
        var buffer = new byte[MEBIBYTE];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                assertThat(n).isPositive();
            }
            return false;
        } catch (SocketException e) { // no time-out
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
