package dev.penstock.testkit;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** How an {@link EchoBackend} answers one request. Thread-safe: called by the thread of each connection. */
@FunctionalInterface
public interface Responder {
    /**
     * Answers.
     *
     * @param exchange the request, and the ways to answer it; what is not read of its body is read after the return
     * @throws IOException if the connection breaks; the backend goes on with its other connections
     */
    void answer(BackendExchange exchange) throws IOException;

    /**
     * Answers 200 with the name of the backend and what it got, see {@link Echo}; to {@code Expect: 100-continue} with
     * 100 before that.
     *
     * @return the rule of a backend that was told nothing else
     */
    static Responder echo() {
        return exchange -> {
            if (exchange.head().header("Expect").equals(Optional.of("100-continue"))) {
                exchange.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            exchange.respond(200, exchange.echo().toBytes(), new Header("X-Backend", exchange.backend()));
        };
    }

    /**
     * Reads the request and answers always the same.
     *
     * @param status the status; one that has no body must go with an empty one
     * @param body the body
     * @param headers the headers, besides Content-Length
     * @return the rule
     */
    static Responder fixed(int status, String body, Header... headers) {
        byte[] bytes = HttpInput.latin1(body);
        return exchange -> {
            exchange.readBody();
            exchange.respond(status, bytes, headers);
        };
    }

    /**
     * Reads the request and answers 200 with a body of a size.
     *
     * @param sizeBytes {@code >= 0}
     * @return the rule
     */
    static Responder ofSize(int sizeBytes) {
        var bytes = new byte[sizeBytes];
        Arrays.fill(bytes, (byte) 'x');
        return exchange -> {
            exchange.readBody();
            exchange.respond(200, bytes);
        };
    }
}
