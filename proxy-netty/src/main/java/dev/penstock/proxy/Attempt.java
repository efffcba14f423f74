package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.HostHeader;
import dev.penstock.catalog.ProxyProtocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.ResponseMessage;
import dev.penstock.retry.Failure;
import dev.penstock.service.Lease;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a request: an endpoint held for it, a connection there, and what comes of it. What comes before the answer
 * is for {@link Failover} to decide upon; of the answer {@link Answer} is told. Confined to the event loop of its client.
 */
final class Attempt implements Receiver {
    private final Failover failover;
    private final DownstreamRequest request;
    private final RequestBody body;
    private final Lease lease;
    private final ServiceSpec spec;
    private final Upstreams upstreams;
    private @Nullable UpstreamConnection connection;
    private @Nullable Future<Void> connecting;
    private @Nullable LoopTimer limit;
    private long connectingNanos;
    private boolean reconnected;
    private boolean ended;

    Attempt(Failover failover, DownstreamRequest request, Lease lease, ServiceSpec spec, Upstreams upstreams) {
        this.failover = failover;
        this.request = request;
        this.body = request.body();
        this.lease = lease;
        this.spec = spec;
        this.upstreams = upstreams;
    }

    Lease lease() {
        return lease;
    }

    /** The settings that it goes by. */
    ServiceSpec spec() {
        return spec;
    }

    // ---- the way to the endpoint

    /** Takes an idle connection, or makes one, and sends what there is of the request. */
    void start() {
        Duration longest = spec.retry().tryTimeout();
        if (!longest.isZero()) {
            limit = new LoopTimer(
                    request.state().loop(),
                    upstreams.ticker(),
                    () -> request.guard().run(this::late));
            limit.arm(longest.toNanos());
        }
        UpstreamConnection idle = upstreams.take(lease, spec, request.state(), preface());
        if (idle == null) {
            connect();
        } else if ((failover.isRepeatable() && body.staysKept()) || idle.isFresh()) {
            send(idle);
        } else {
            idle.close(); // the endpoint may be closing it, and this request can be sent only once
            connect();
        }
    }

    /** What the connection begins with, and whom it belongs to by that. */
    private String preface() {
        ProxyProtocol version = spec.proxyProtocol();
        return version == ProxyProtocol.OFF ? "" : new String(request.head().proxyHeader(version), ISO_8859_1);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
    private void connect() {
        connectingNanos = request.log().connecting();
        var begun = upstreams.connect(lease, spec, request.state(), preface());
        connecting = begun.future();
        begun.future().addListener(future -> request.guard().run(() -> connected(begun)));
    }

    private void connected(Upstreams.Connecting<UpstreamConnection> begun) {
        connecting = null;
        if (ended) {
            begun.close(); // nobody waits for it any more
        } else if (begun.future().isSuccess()) {
            request.log().connected(connectingNanos);
            send(begun.connection());
            flush(); // it has no read of the client to flush it
        } else {
            unconnected(UpstreamHandshake.answer(begun.future().cause()));
        }
    }

    private void unconnected(ErrorAnswer answer) {
        failover.failed(this, Failure.CONNECT, Outcome.CONNECT_FAILED, answer);
    }

    private void send(UpstreamConnection ready) {
        connection = ready;
        if (body.receivedBytes() > 0 && !body.isKept()) {
            failover.useless(
                    this, Outcome.CANCELLED, ErrorAnswer.CONNECTION_TERMINATED); // what was sent before is gone
            return;
        }
        RequestHead head = request.head();
        if (spec.hostHeader() == HostHeader.ENDPOINT || !head.hasHost()) {
            head.message().fields().set(FieldName.HOST, lease.endpoint().address());
        }
        AffinityCookies.hide(head.message().fields(), lease.affinity());
        ready.begin(this, head.message(), head.isHead(), spec);
        body.replay(ready);
        failover.sent(this);
    }

    private void late() {
        if (connection == null) {
            unconnected(ErrorAnswer.CONNECTION_TIMEOUT);
        } else if (isAwaited()) {
            failover.failed(this, Failure.TIMEOUT, Outcome.TIMED_OUT, ErrorAnswer.ANSWER_TIMEOUT);
        } else {
            requireNonNull(limit, "limit").arm(spec.retry().tryTimeout().toNanos()); // it waits for the client
        }
    }

    // ---- bytes and their flow

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
            connection.flushSoon();
        }
    }

    /** Lets the answer come on, or holds it back. */
    void hold(boolean hold) {
        if (connection != null) {
            connection.hold(hold);
        }
    }

    /** Sets how long the endpoint may say nothing; endlessly while it is not its turn. */
    void watch() {
        if (connection == null) {
            return;
        }
        if (isAwaited()) {
            connection.watch(spec.timeouts().response().toNanos());
        } else {
            connection.unwatch();
        }
    }

    /** Tells whether the endpoint has what there is of the request, or does not take it, and the client takes answers. */
    private boolean isAwaited() {
        return (body.isOver() || !isWritable() || body.awaitsGoAhead())
                && request.client().isWritable();
    }

    /** How many bytes wait in its connection. */
    long heldBytes() {
        return connection == null ? 0 : connection.heldBytes();
    }

    // ---- its end

    /** Its answer is the one that is passed on. */
    void choose(Answer answer) {
        connection().tell(answer);
        if (limit != null) {
            limit.cancel();
        }
    }

    /** The answer that has begun is not wanted. */
    void discard(UpstreamAnswer unwanted, Outcome outcome) {
        if (body.isOver() && unwanted.upstreamReusable()) {
            Discard.of(giveConnection());
        }
        end(outcome);
    }

    /** Gives the connection to be used for something else. */
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
        if (connection != null) {
            giveConnection().close();
        }
        lease.complete(outcome);
        if (connecting != null) {
            connecting.cancel(false);
        }
    }

    // ---- from the endpoint

    @Override
    public void upstreamHead(ResponseMessage response) {
        RequestHead head = request.head();
        int code = response.status();
        if (code == 101 && !head.isUpgrade()) {
            upstreamBroken(UpstreamFault.MALFORMED);
        } else if (code < 200 && code != 101) {
            failover.interim(this, response);
        } else {
            lease.firstByte();
            LoadHeaders.take(response.fields(), lease, spec.loadReports());
            failover.answered(this, response, new UpstreamAnswer(response, head));
        }
    }

    @Override
    public void upstreamContent(HttpContent content) {
        content.release(); // no answer has begun
    }

    @Override
    public void upstreamPaused() {
        failover.race().paused();
    }

    @Override
    public void upstreamWritable() {
        failover.race().writable(this);
    }

    @Override
    public void upstreamBroken(UpstreamFault fault) {
        if (fault != UpstreamFault.LOST) {
            failover.useless(this, fault.outcome(), fault.answer());
        } else if (connection().isReused() && !reconnected && failover.isRepeatable()) {
            // The endpoint closed an idle connection while the request was on its way.
            reconnected = true;
            giveConnection().close();
            failover.race().holdBody();
            connect();
        } else {
            failover.failed(this, Failure.BROKEN, fault.outcome(), fault.answer());
        }
    }

    @Override
    public void failed(Throwable cause) {
        request.guard().failed(cause);
    }

    private UpstreamConnection connection() {
        return requireNonNull(connection, "connection");
    }
}
