package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.PenstockBuilder;
import dev.penstock.config.Configuration;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.runtime.Extension;
import dev.penstock.runtime.GatewayRuntime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a runtime says of the services that come, go and change. */
class ChangeLogTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ManualDiscovery source = new ManualDiscovery();
    private final Extension extension = new Extension() {
        @Override
        public void extend(PenstockBuilder builder) {
            builder.discovery("manual", source);
        }
    };

    @BeforeEach
    void open() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void close() {
        logger().detachAppender(log);
        source.close();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("dev.penstock.runtime.ChangeLog");
    }

    private List<String> said() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void awaitSaid(String... lines) {
        eventually(SOON, () -> assertThat(said()).containsExactly(lines));
    }

    private Configuration read(String services, String routes) {
        return GatewayRuntime.reader(extension)
                .read(
                        "test.yaml",
                        "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: off\nservices: {" + services
                                + "}\nroutes: [" + routes + "]\n");
    }

    @Test
    void S05_servicesThatComeGoAndChange_areALineEach_withListenersAndEndpoints() {
        try (var runtime = GatewayRuntime.start(read("a: {endpoints: [a:1]}", "{service: a}"))) {
            runtime.apply(read("a: {endpoints: [a:1]}, b: {endpoints: [b:1, b:2]}", "{service: a}"));
            awaitSaid("service b is added: listeners none, endpoints b:1, b:2");

            runtime.apply(read("\n  a: {endpoints: [a:1]}, b: {endpoints: [b:1, b:2]}", "{service: a}")); // the same
            runtime.apply(read("a: {endpoints: [a:2]}", "{service: a}"));
            awaitSaid(
                    "service b is added: listeners none, endpoints b:1, b:2",
                    "service a is changed: listeners 127.0.0.1:0, endpoints a:2",
                    "service b is removed");
        }
    }

    @Test
    void S05_manyServicesAtOnce_areNotALineEach() {
        try (var runtime = GatewayRuntime.start(read("", ""))) {
            var services = new StringBuilder();
            for (int i = 10; i < 40; i++) {
                services.append("s").append(i).append(": {endpoints: []},");
            }
            runtime.apply(read(services.toString(), ""));

            eventually(SOON, () -> assertThat(said()).hasSize(21));
            assertThat(said())
                    .startsWith("service s10 is added: listeners none, endpoints none")
                    .endsWith("10 more services are added, changed or removed");
        }
    }

    @Test
    void S05_endpointsThatAreDiscovered_areToldAsTheyComeAndGo() {
        Configuration configuration = read("a: {discover: \"manual:a\"}", "{service: a}");
        try (var runtime = GatewayRuntime.start(configuration, extension)) {
            source.set(ServiceName.of("a"), List.of(Endpoint.parse("127.0.0.1:1"), Endpoint.parse("127.0.0.1:2")));
            awaitSaid("service a: endpoints added 127.0.0.1:1, 127.0.0.1:2");

            source.set(ServiceName.of("a"), List.of(Endpoint.parse("127.0.0.1:2"), Endpoint.parse("127.0.0.1:3")));
            awaitSaid(
                    "service a: endpoints added 127.0.0.1:1, 127.0.0.1:2",
                    "service a: endpoints added 127.0.0.1:3; removed 127.0.0.1:1");
            assertThat(runtime.penstock().table().services()).hasSize(1);
        }
    }
}
