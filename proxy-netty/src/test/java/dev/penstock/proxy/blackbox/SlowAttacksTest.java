package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.attack.Finding;
import dev.penstock.attack.Origin;
import dev.penstock.attack.SlowAttack;
import dev.penstock.attack.SlowPack;
import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.tls.ServerTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every attack by time and amount, all at once: ended in time, or held back where nothing is lost by that. */
class SlowAttacksTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private static ListenerSpec impatient(String name) {
        ListenerSpec listener = ListenerSpec.of(name, "127.0.0.1:0");
        ClientTimeouts timeouts = listener.timeouts();
        return listener.withTimeouts(
                timeouts.withHeader(SHORT).withBody(SHORT).withIdle(SHORT).withWrite(SHORT));
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void F20_slowAttacks_allAtOnce_areEnded_andOthersServed() throws Exception {
        var tls = ServerTls.of(new Pki(directory).certificate("a", "a.test")).withHandshake(SHORT);
        try (var origin = Origin.open(0);
                var gateway = Gateway.builder()
                        .listener(impatient("plain"))
                        .listener(impatient("tls").withTls(tls))
                        .service(ServiceSpec.of("site", "127.0.0.1:" + origin.port()))
                        .route(Match.ALL, "site")
                        .start()) {
            InetSocketAddress proxy = local(gateway.address("plain").getPort());
            InetSocketAddress secured = local(gateway.address("tls").getPort());

            List<Finding> findings =
                    new SlowPack(proxy, secured, origin).run(SlowPack.attacks(), new SlowAttack.Limit(30_000, 100));

            assertThat(findings).hasSameSizeAs(SlowPack.attacks()).allMatch(Finding::isBest);
        }
    }
}
