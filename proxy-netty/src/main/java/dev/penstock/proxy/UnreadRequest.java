package dev.penstock.proxy;

import dev.penstock.catalog.ListenerSpec;
import java.time.Duration;

/** What observers are told of a request that could not be read. Stateless. */
final class UnreadRequest {
    private UnreadRequest() {}

    static ExchangeRecord record(
            long nowNanos, ListenerSpec listener, String client, ClientTls tls, ErrorAnswer answer) {
        return new ExchangeRecord(
                nowNanos,
                "HTTP/1.1",
                listener.name(),
                client,
                tls,
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                answer.status(),
                "",
                "",
                0,
                0,
                0,
                null,
                null,
                Duration.ZERO,
                answer.reason(),
                new Ending(answer.by(), Ending.During.REQUEST));
    }
}
