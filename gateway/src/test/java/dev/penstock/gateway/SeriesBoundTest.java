package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.config.Configuration;
import dev.penstock.runtime.GatewayRuntime;
import dev.penstock.testkit.RawClient;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is told where {@code /metrics} has more series than {@code admin.series}. */
class SeriesBoundTest {
    private static final String NAME = "dev.penstock.runtime.MetricsText";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void open() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void close() {
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(NAME);
    }

    private static Configuration configuration(int endpoints) {
        return GatewayRuntime.reader()
                .read(
                        "test.yaml",
                        "admin: {address: \"127.0.0.1:0\", series: 100}\nlisteners: [{name: web, address: \"127.0.0.1:0\"}]\n"
                                + "routes: [{service: site}]\nservices: {site: {endpoints: "
                                + IntStream.range(0, endpoints)
                                        .mapToObj(i -> "\"127.0.0.1:" + (9_001 + i) + "\"")
                                        .collect(Collectors.joining(", ", "[", "]"))
                                + "}}\n");
    }

    private static String metrics(GatewayRuntime runtime) throws Exception {
        String address = runtime.adminAddress().orElseThrow();
        try (var client = RawClient.connect(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))) {
            return client.get("localhost", "/metrics").text();
        }
    }

    @Test
    void S04_tooManySeries_areToldOnceInTheLog_andOnceMoreWhenTheyFit() throws Exception {
        try (var runtime = GatewayRuntime.start(configuration(30))) {
            String text = metrics(runtime);
            metrics(runtime);

            assertThat(text.lines().filter(line -> line.startsWith("penstock_")))
                    .hasSize(100);
            assertThat(log.list)
                    .singleElement()
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .asString()
                    .matches("admin\\.series: 100 \\(expected: [0-9]{3} or more, there are as many now\\);"
                            + " /metrics leaves out those of the last endpoints and counts them in"
                            + " penstock_series_omitted");

            runtime.apply(configuration(2));
            assertThat(metrics(runtime)).contains("penstock_series_omitted 0.0");
            metrics(runtime);

            assertThat(log.list).hasSize(2);
            assertThat(log.list.get(1).getFormattedMessage()).endsWith("/metrics tells all of them again");
        }
    }
}
