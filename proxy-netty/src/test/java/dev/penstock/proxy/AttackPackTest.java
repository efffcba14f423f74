package dev.penstock.proxy;

import dev.penstock.attack.Origin;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import dev.penstock.testkit.AttackTests;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every attack of the pack: refused, or made harmless where a proxy can do no better. */
class AttackPackTest {
    private static Origin origin;
    private static Gateway gateway;

    @BeforeAll
    static void open() {
        origin = Origin.open(0);
        gateway = Gateway.builder()
                .listen("127.0.0.1:0")
                .service(ServiceSpec.of("site", "127.0.0.1:" + origin.port()))
                .route(Match.ALL, "site")
                .start();
    }

    @AfterAll
    static void close() {
        gateway.close();
        origin.close();
    }

    @TestFactory
    Stream<DynamicTest> attacks() {
        return AttackTests.strict(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()), origin, Set.of());
    }
}
