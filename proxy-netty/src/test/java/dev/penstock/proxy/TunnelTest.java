package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.time.Ticker;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelTest {
    private final EmbeddedChannel client = new EmbeddedChannel();
    private final EmbeddedChannel endpoint = new EmbeddedChannel();
    private final List<Throwable> faults = new ArrayList<>();
    private final List<Tunnel> ended = new ArrayList<>();
    private final Tunnel tunnel = joined();

    @AfterEach
    void close() {
        client.close().syncUninterruptibly();
        endpoint.close().syncUninterruptibly();
    }

    private Tunnel joined() {
        var buffers =
                new ClientBuffers(new Connection(), new BufferShare(new BufferBudget(1 << 20, 1), client.eventLoop()));
        buffers.attach(client);
        var joined = new Tunnel(
                client,
                endpoint,
                buffers,
                new Flushes(client.eventLoop()),
                Ticker.system(),
                Duration.ofHours(1),
                ClientTimeouts.defaults(),
                faults::add,
                ended::add);
        client.pipeline().addLast(joined.downstream());
        endpoint.pipeline().addLast(joined.upstream());
        joined.start();
        return joined;
    }

    @Test
    void S06_faultOfOurOwn_isTheProxys_andEndsBothConnections() {
        var fault = new IllegalStateException("ours");
        endpoint.pipeline().fireExceptionCaught(fault);

        assertThat(faults).containsExactly(fault);
        assertThat(ended).containsExactly(tunnel);
        assertThat(tunnel.endedBy()).isEqualTo(Ending.By.PROXY);
        assertThat(tunnel.reason()).isEqualTo("proxy_internal_error");
        assertThat(tunnel.isUpstreamBroken()).isFalse();
        assertThat(client.isOpen() || endpoint.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void S06_faultOfTheEndpoint_isItsOwn(boolean secured) {
        endpoint.pipeline().fireExceptionCaught(secured ? new SSLException("theirs") : new IOException("reset"));

        assertThat(faults).isEmpty();
        assertThat(tunnel.endedBy()).isEqualTo(Ending.By.ENDPOINT);
        assertThat(tunnel.reason()).isEqualTo("connection_terminated");
        assertThat(tunnel.isUpstreamBroken()).isTrue();
    }

    @Test
    void S06_tunnelThatIsCut_tellsWhy() {
        tunnel.cut("buffers");
        tunnel.cut("cut_off");

        assertThat(tunnel.endedBy()).isEqualTo(Ending.By.PROXY);
        assertThat(tunnel.reason()).isEqualTo("buffers");
    }

    /** A client of which nothing is asked here but its room. */
    private static final class Connection implements ClientConnection {
        @Override
        public void install(ChannelPipeline pipeline) {}

        @Override
        public void speaksFor(InetSocketAddress client) {}

        @Override
        public void refused(ClientRefusal reason) {}

        @Override
        public int bufferBytes() {
            return 1 << 16;
        }

        @Override
        public @Nullable TlsGuard tls() {
            return null;
        }

        @Override
        public long heldBytes() {
            return 0;
        }

        @Override
        public void drain() {}

        @Override
        public void cut() {}

        @Override
        public void cut(boolean reset) {}
    }
}
