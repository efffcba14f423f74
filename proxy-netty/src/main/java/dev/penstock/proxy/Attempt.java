package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.HostHeader;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.retry.Failure;
import dev.penstock.service.Lease;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.ConnectException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a request: an endpoint held for it, a connection there, and what comes of it. What comes before the answer
 * is for {@link Failover} to decide upon, the answer itself goes through {@link Answer}. Confined to the event loop of its
 * client.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class Attempt {
    /** An answer that is not passed on is read to its end up to this length, so that the connection can be used again. */
    private static final int MAX_DISCARDED_BYTES = 64 << 10;

    private static final long DISCARD_NANOS = Duration.ofSeconds(1).toNanos();

    private final Failover failover;
    private final RequestHead head;
    private final RequestBody body;
    private final Lease lease;
    private final Upstreams upstreams;
    private final LoopState state;
    private @Nullable UpstreamConnection connection;
    private @Nullable ChannelFuture connecting;
    private @Nullable Answer answer;
    private @Nullable LoopTimer limit;
    private int discarded;
    private boolean discarding;
    private boolean reconnected;
    private boolean ended;

    Attempt(Failover failover, RequestHead head, RequestBody body, Lease lease, Upstreams upstreams, LoopState state) {
        this.failover = failover;
        this.head = head;
        this.body = body;
        this.lease = lease;
        this.upstreams = upstreams;
        this.state = state;
    }

    Lease lease() {
        return lease;
    }

    // ---- the way to the endpoint

    /** Takes an idle connection, or makes one, and sends what there is of the request. */
    void start(ServiceSpec spec) {
        Duration tryTimeout = spec.retry().tryTimeout();
        if (!tryTimeout.isZero()) {
            limit = new LoopTimer(state.loop(), upstreams.ticker(), () -> late(tryTimeout));
            limit.arm(tryTimeout.toNanos());
        }
        UpstreamConnection idle = upstreams.idle(lease).take(state);
        if (idle != null) {
            send(idle);
        } else {
            connect();
        }
    }

    private void connect() {
        var timeouts = failover.spec().timeouts();
        var begun = upstreams.connect(lease, state, timeouts.connect(), timeouts.idle());
        connecting = begun.future();
        begun.future().addListener(future -> failover.guard(() -> connected(begun)));
    }

    private void connected(Upstreams.Connecting begun) {
        connecting = null;
        if (ended) {
            begun.connection().close(); // nobody waits for it any more
        } else if (begun.future().isSuccess()) {
            send(begun.connection());
            flush(); // it has no read of the client to flush it
        } else {
            failover.failed(
                    this,
                    Failure.CONNECT,
                    Outcome.CONNECT_FAILED,
                    answer(begun.future().cause()));
        }
    }

    private static ErrorAnswer answer(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return ErrorAnswer.CONNECTION_TIMEOUT;
        }
        return cause instanceof ConnectException ? ErrorAnswer.CONNECTION_REFUSED : ErrorAnswer.CONNECTION_FAILED;
    }

    private void send(UpstreamConnection ready) {
        connection = ready;
        if (body.receivedBytes() > 0 && !body.isKept()) {
            failover.useless(
                    this, Outcome.CANCELLED, ErrorAnswer.CONNECTION_TERMINATED); // what was sent before is gone
            return;
        }
        if (failover.spec().hostHeader() == HostHeader.ENDPOINT || !head.hasHost()) {
            head.message().headers().set(HttpHeaderNames.HOST, lease.endpoint().address());
        }
        AffinityCookies.hide(head.message().headers(), lease.affinity());
        ready.begin(this, head.message(), head.isHead());
        body.replay(ready);
        failover.sent(this);
    }

    // ---- what the exchange asks of it

    boolean isConnected() {
        return connection != null;
    }

    /** Tells whether reading or writing has failed, so that the end of the connection is no regular one. */
    boolean isBroken() {
        return connection().isBroken();
    }

    boolean isWritable() {
        return connection().isWritable();
    }

    void write(HttpContent content) {
        connection().write(content);
    }

    void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    /** Lets the answer come on, or holds it back. */
    void hold(boolean hold) {
        if (connection != null) {
            connection.hold(hold);
        }
    }

    /** Sets how long the endpoint may say nothing; endlessly while it is not its turn. */
    void watch(boolean itsTurn) {
        if (connection == null) {
            return;
        }
        if (itsTurn) {
            connection.watch(failover.spec().timeouts().response().toNanos());
        } else {
            connection.unwatch();
        }
    }

    /** Its answer is the one that is passed on. */
    void choose(Answer chosen) {
        answer = chosen;
        if (limit != null) {
            limit.cancel();
        }
    }

    /** Gives the connection to be used for something else than HTTP. */
    UpstreamConnection giveConnection() {
        UpstreamConnection given = connection();
        connection = null;
        return given;
    }

    /** The answer came whole. */
    void release(boolean reusable, Outcome outcome) {
        giveConnection().release(reusable);
        end(outcome);
    }

    /** Gives up whatever is under way. */
    void end(Outcome outcome) {
        if (ended) {
            return;
        }
        ended = true;
        if (limit != null) {
            limit.cancel();
        }
        if (connection != null && !discarding) {
            giveConnection().close();
        }
        lease.complete(outcome);
        if (connecting != null) {
            connecting.cancel(false);
        }
    }

    /** The answer that has begun is not wanted; a short one is still read, for the sake of the connection. */
    void discard(UpstreamAnswer unwanted, Outcome outcome) {
        discarding = body.isOver() && unwanted.upstreamReusable();
        if (discarding) {
            connection().watch(DISCARD_NANOS);
        }
        end(outcome);
    }

    // ---- from the endpoint

    /** The head of an answer, also of an interim one. */
    void upstreamHead(HttpResponse response) {
        int code = response.status().code();
        if (!UpstreamAnswer.isHttp1(response) || (code == 101 && !head.isUpgrade())) {
            upstreamMalformed();
        } else if (code < 200 && code != 101) {
            failover.interim(this, response);
        } else {
            UpstreamAnswer framing =
                    UpstreamAnswer.of(response, head, connection().lostChunked());
            if (framing == null) {
                upstreamMalformed();
            } else {
                lease.firstByte();
                LoadHeaders.take(response.headers(), lease);
                failover.answered(this, response, framing);
            }
        }
    }

    /** A piece of the answer's body. */
    void upstreamContent(HttpContent content) {
        if (discarding) {
            discarded += content.content().readableBytes();
            boolean last = content instanceof LastHttpContent;
            content.release();
            if (last) {
                giveConnection().release(true);
            } else if (discarded > MAX_DISCARDED_BYTES) {
                giveConnection().close();
            }
        } else {
            requireNonNull(answer, "answer").content(content);
        }
    }

    /** The endpoint's bytes of one read are all there. */
    void upstreamPaused() {
        if (!discarding) {
            failover.paused();
        }
    }

    /** The endpoint takes bytes again, or no longer. */
    void upstreamWritable() {
        if (!discarding) {
            failover.writable(this);
        }
    }

    /** The connection is gone, the answer not whole. */
    void upstreamLost() {
        if (discarding) {
            giveConnection().close();
        } else if (answer != null) {
            answer.lost();
        } else if (connection().isReused() && !reconnected && failover.isRepeatable()) {
            // The endpoint closed an idle connection while the request was on its way.
            reconnected = true;
            giveConnection().close();
            failover.hold();
            connect();
        } else {
            failover.failed(this, Failure.BROKEN, Outcome.BROKEN, ErrorAnswer.CONNECTION_TERMINATED);
        }
    }

    /** What came is no answer. */
    void upstreamMalformed() {
        if (discarding) {
            giveConnection().close();
        } else if (answer != null) {
            answer.malformed();
        } else {
            failover.useless(this, Outcome.BROKEN, ErrorAnswer.MALFORMED_ANSWER);
        }
    }

    /** The endpoint has said nothing for too long. */
    void upstreamSilent() {
        if (discarding) {
            giveConnection().close();
        } else if (answer != null) {
            answer.silent();
        } else {
            failover.useless(this, Outcome.TIMED_OUT, ErrorAnswer.ANSWER_TIMEOUT);
        }
    }

    /** Something of ours broke. */
    void failed(Throwable cause) {
        if (discarding) {
            giveConnection().close();
        } else {
            failover.broken(cause);
        }
    }

    private void late(Duration tryTimeout) {
        failover.guard(() -> {
            if (connection == null) {
                failover.failed(this, Failure.CONNECT, Outcome.CONNECT_FAILED, ErrorAnswer.CONNECTION_TIMEOUT);
            } else if (failover.isTurnOf(this)) {
                failover.failed(this, Failure.TIMEOUT, Outcome.TIMED_OUT, ErrorAnswer.ANSWER_TIMEOUT);
            } else {
                requireNonNull(limit, "limit").arm(tryTimeout.toNanos()); // it waits for the client
            }
        });
    }

    private UpstreamConnection connection() {
        return requireNonNull(connection, "connection");
    }
}
