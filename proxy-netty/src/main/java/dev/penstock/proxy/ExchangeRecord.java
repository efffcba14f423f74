package dev.penstock.proxy;

import java.time.Duration;

/**
 * What became of one request. Immutable. More than eight components: it is a line of a log, not something to be passed
 * around in parts.
 *
 * @param listener the name of the listener it came in by
 * @param client an IP literal, see {@link dev.penstock.request.Request#client()}
 * @param tls what the client and the proxy agreed upon; {@link ClientTls#NONE} without TLS
 * @param requestId what the endpoint was told to call it, see X-Request-Id; empty if nothing
 * @param method as sent
 * @param host ready to be compared; empty when there is none
 * @param path raw, without query: that may hold secrets
 * @param status what the client was answered; 0 if nothing
 * @param service where it was routed; empty if nowhere
 * @param endpoint the address it went to last; empty if nowhere
 * @param attempts the endpoints it was given to, {@code >= 0}
 * @param receivedBytes of its body, {@code >= 0}
 * @param sentBytes of the answer's body, {@code >= 0}
 * @param duration from its head to the end of its answer
 * @param reason a fixed token that says what went wrong; empty if nothing
 */
public record ExchangeRecord(
        String listener,
        String client,
        ClientTls tls,
        String requestId,
        String method,
        String host,
        String path,
        int status,
        String service,
        String endpoint,
        int attempts,
        long receivedBytes,
        long sentBytes,
        Duration duration,
        String reason) {}
