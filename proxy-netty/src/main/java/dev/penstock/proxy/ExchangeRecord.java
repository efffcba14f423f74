package dev.penstock.proxy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request, or of one connection or flow of datagrams that was passed on. Immutable. More than eight
 * components: it is a line of a log, not something to be passed around in parts.
 *
 * @param startNanos when its head had come, or the connection was accepted: a reading of {@link
 *     dev.penstock.time.Ticker#system()}
 * @param protocol {@code HTTP/1.1}, {@code HTTP/1.0}, {@code tcp} or {@code udp}
 * @param listener the name of the listener it came in by
 * @param client an IP literal, see {@link dev.penstock.request.Request#client()}
 * @param tls what the client and the proxy agreed upon; {@link ClientTls#NONE} without TLS
 * @param requestId what the endpoint was told to call it, see X-Request-Id; empty if nothing
 * @param method as sent; empty where no request could be read, and of what is passed on
 * @param host ready to be compared; empty when there is none
 * @param path raw, without query: that may hold secrets
 * @param query raw, without its question mark; may hold secrets
 * @param referer the header, cut after 256 characters; may hold secrets in its query
 * @param userAgent the header, cut after 256 characters
 * @param status what the client was answered; 0 if nothing
 * @param service where it was routed; empty if nowhere
 * @param endpoint the address it went to last; empty if nowhere
 * @param attempts the endpoints it was given to, {@code >= 0}
 * @param receivedBytes of its body, or from its client, {@code >= 0}
 * @param sentBytes of the answer's body, or to its client, {@code >= 0}
 * @param connect how long the last new connection to an endpoint took to be made; null where none was made
 * @param firstByte from its head to that of the endpoint's answer; null where none came
 * @param duration from its head to the end of its answer
 * @param reason a fixed token that says what went wrong; empty if nothing
 * @param ending who ended it, and when
 */
public record ExchangeRecord(
        long startNanos,
        String protocol,
        String listener,
        String client,
        ClientTls tls,
        String requestId,
        String method,
        String host,
        String path,
        String query,
        String referer,
        String userAgent,
        int status,
        String service,
        String endpoint,
        int attempts,
        long receivedBytes,
        long sentBytes,
        @Nullable Duration connect,
        @Nullable Duration firstByte,
        Duration duration,
        String reason,
        Ending ending) {
    private static final int SERVER_ERRORS = 500;

    /**
     * Whether something went wrong that is not the endpoint's to say to a client: an error of 500 or more, an end that came
     * too early, or a refusal of the proxy.
     *
     * @return false for what an endpoint answered whole with a status below 500, and for redirects of the proxy
     */
    public boolean isError() {
        return status >= SERVER_ERRORS || (ending.by() != Ending.By.NOBODY && !ending.isOwnAnswer(status));
    }
}
