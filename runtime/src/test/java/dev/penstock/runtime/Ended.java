package dev.penstock.runtime;

import dev.penstock.proxy.ClientTls;
import dev.penstock.proxy.Ending;
import dev.penstock.proxy.ExchangeRecord;
import java.time.Duration;

/** Records of exchanges that tests make up. */
final class Ended {
    private Ended() {}

    /** A GET that a client sent with these texts. */
    static ExchangeRecord request(String host, String path, String query, String referer, String userAgent) {
        return record(
                0, "GET", host, path, query, referer, userAgent, 200, Duration.ofNanos(12_345_678), Ending.By.NOBODY);
    }

    /** One that ended so. */
    static ExchangeRecord of(String path, int status, Duration duration, Ending.By by) {
        return record(0, "GET", "a.test", path, "", "", "", status, duration, by);
    }

    static ExchangeRecord record(
            long startNanos,
            String method,
            String host,
            String path,
            String query,
            String referer,
            String userAgent,
            int status,
            Duration duration,
            Ending.By by) {
        return new ExchangeRecord(
                startNanos,
                "HTTP/1.1",
                "web",
                "192.0.2.7",
                ClientTls.NONE,
                "id-1",
                method,
                host,
                path,
                query,
                referer,
                userAgent,
                status,
                "site",
                "10.0.0.1:80",
                1,
                5,
                1_234,
                null,
                Duration.ofMillis(7),
                duration,
                "",
                new Ending(by, Ending.During.BODY));
    }
}
