package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.ResponseMessage;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that is answered by a {@link LocalHandler}: collected whole, handed over, answered. Confined to the event loop
 * of its client, but for the call of the handler.
 */
final class LocalExchange implements Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(LocalExchange.class);

    private static final LocalAnswer FAILED =
            LocalAnswer.of(500, Map.of("Content-Type", "text/plain"), "Internal Server Error\n");

    private final DownstreamConnection client;
    private final RequestHead head;
    private final LocalHandler handler;
    private final Executor executor;
    private final FaultLog faults;
    private final ExchangeLog log;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private boolean requestOver;
    private boolean over;
    private @Nullable StreamedBody stream;

    LocalExchange(
            DownstreamConnection client, RequestHead head, LocalHandler handler, Executor executor, FaultLog faults) {
        this.client = client;
        this.head = head;
        this.handler = handler;
        this.executor = executor;
        this.faults = faults;
        this.log = client.log(head);
        this.requestOver = !head.hasBody();
    }

    void start() {
        if (requestOver) {
            handle();
        } else if (head.contentLength() > LocalHandler.MAX_BODY_BYTES) {
            refuseBody();
        } else {
            if (head.expectsContinue()) {
                client.write(ResponseMessage.of(100, "Continue"), true);
                client.flush();
            }
            client.holdBody(false);
            client.watch();
        }
    }

    @Override
    public void clientContent(HttpContent content) {
        boolean malformed = content.decoderResult().isFailure();
        boolean last = content instanceof LastHttpContent;
        if (!requestOver && !malformed) {
            byte[] bytes = new byte[content.content().readableBytes()];
            content.content().readBytes(bytes);
            body.writeBytes(bytes);
            log.received(bytes.length);
        }
        content.release();
        if (over || requestOver) {
            return;
        }
        if (malformed) {
            refuse(ErrorAnswer.MALFORMED);
        } else if (body.size() > LocalHandler.MAX_BODY_BYTES) {
            refuseBody();
        } else if (last) {
            requestOver = true;
            client.holdBody(true);
            handle();
        }
    }

    private void handle() {
        var request = new LocalRequest(head, body.toByteArray());
        executor.execute(() -> {
            LocalAnswer answer = call(request);
            try {
                client.loopState().loop().execute(() -> answer(answer));
            } catch (RejectedExecutionException e) {
                closeStream(answer);
                LOG.debug("the gateway closed while a request was handled", e);
            }
        });
    }

    private LocalAnswer call(LocalRequest request) {
        try {
            return requireNonNull(handler.answer(request), "answer");
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            faults.note("handler " + handler.getClass().getName(), e);
            return FAILED;
        }
    }

    /** That of an answer that nobody gets. */
    private static void closeStream(LocalAnswer answer) {
        LocalAnswer.Streamed streamed = answer.streamed();
        if (streamed != null) {
            streamed.pieces().close();
        }
    }

    private void answer(LocalAnswer answer) {
        if (over) {
            closeStream(answer);
            return;
        }
        var response = ResponseMessage.of(
                answer.status(), HttpResponseStatus.valueOf(answer.status()).reasonPhrase());
        Fields headers = response.fields();
        try {
            answer.headers().forEach((name, value) -> headers.set(FieldName.of(name), value));
        } catch (IllegalArgumentException e) {
            faults.note("header of handler " + handler.getClass().getName(), e);
            closeStream(answer);
            answer(FAILED);
            return;
        }
        boolean close = !requestOver || !head.wantsKeepAlive() || client.isDraining();
        headers.remove(FieldName.TRANSFER_ENCODING);
        LocalAnswer.Streamed streamed = answer.streamed();
        if (streamed != null && !head.isHead()) {
            stream(response, streamed);
            return;
        }
        closeStream(answer);
        boolean bodiless = answer.status() == 204 || answer.status() == 304;
        if (bodiless || streamed != null) { // the length that may be told is that of what is not sent (RFC 9110, 8.6)
            headers.remove(FieldName.CONTENT_LENGTH);
        } else {
            headers.set(FieldName.CONTENT_LENGTH, String.valueOf(answer.bytes()));
        }
        if (close) {
            headers.set(FieldName.CONNECTION, "close");
        } else if (head.isHttp10()) {
            headers.set(FieldName.CONNECTION, "keep-alive");
        }
        boolean withoutBody = head.isHead() || bodiless;
        client.write(response, withoutBody);
        answer.body().forEach(piece -> client.write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece))));
        client.write(LastHttpContent.EMPTY_LAST_CONTENT);
        client.flush();
        log.sent(withoutBody ? 0 : answer.bytes());
        end(answer.status(), "", Ending.By.NOBODY);
        client.ended(close);
    }

    /** Its connection is for it alone: it ends with it. */
    private void stream(ResponseMessage response, LocalAnswer.Streamed streamed) {
        Fields headers = response.fields();
        headers.remove(FieldName.CONTENT_LENGTH);
        headers.set(FieldName.CONNECTION, "close");
        if (!head.isHttp10()) {
            headers.set(FieldName.TRANSFER_ENCODING, "chunked");
        }
        client.write(response, false);
        client.flush();
        var begun = new StreamedBody(client, streamed, executor, log, this::streamed);
        stream = begun;
        begun.start();
    }

    /** The answer that went on is over; with what went wrong, or null. */
    private void streamed(@Nullable Throwable cause) {
        if (over) {
            return;
        }
        if (cause == null) {
            end(200, "", Ending.By.NOBODY);
            client.ended(true);
        } else {
            failed(cause);
        }
    }

    private void refuseBody() {
        LocalAnswer own = null;
        try {
            own = handler.tooLarge(head.path()).orElse(null);
        } catch (RuntimeException e) {
            faults.note("handler " + handler.getClass().getName(), e);
        }
        if (own == null) {
            refuse(ErrorAnswer.BODY_TOO_LARGE);
        } else {
            answer(own);
        }
    }

    private void refuse(ErrorAnswer answer) {
        end(answer.status(), answer.reason(), answer.by());
        client.answer(answer, head.isHead(), true);
        client.ended(true);
    }

    private void end(int status, String reason, Ending.By by) {
        over = true;
        if (stream != null) {
            stream.close();
        }
        log.end(status, reason, by);
    }

    @Override
    public void clientPaused() {
        // nothing is passed on
    }

    @Override
    public void clientWritable(boolean writable) {
        if (stream != null && writable) {
            stream.ask(); // other answers are written at once, whole
        }
    }

    @Override
    public boolean awaitsBody() {
        return !requestOver;
    }

    @Override
    public long heldBytes() {
        return body.size();
    }

    @Override
    public void clientSilent() {
        refuse(ErrorAnswer.CLIENT_TOO_SLOW);
    }

    @Override
    public void clientGone() {
        if (!over) {
            end(stream == null ? 0 : 200, client.reasonGone(), client.goneBy());
        }
    }

    @Override
    public boolean isTold() {
        return over;
    }

    @Override
    public void failed(Throwable cause) {
        faults.note("exchange with handler " + handler.getClass().getName(), cause);
        if (!over) {
            end(stream == null ? 0 : 200, ErrorAnswer.INTERNAL.reason(), ErrorAnswer.INTERNAL.by());
        }
        client.abort(false);
    }
}
