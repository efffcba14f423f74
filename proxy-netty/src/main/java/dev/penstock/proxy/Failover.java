package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.load.Outcome;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one exchange to an endpoint: acquire one, take an idle connection or connect, turn to another where that
 * fails. Holds the lease until it is completed. Confined to the event loop of its client.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class Failover {
    private final Exchange exchange;
    private final Service service;
    private final RequestHead head;
    private final Upstreams upstreams;
    private final LoopState state;
    private final ExchangeLog log;
    private @Nullable Lease lease;
    private @Nullable ChannelFuture connecting;
    private @Nullable ErrorAnswer lastFailure;
    private List<InetSocketAddress> unreached = List.of();

    Failover(
            Exchange exchange,
            Service service,
            RequestHead head,
            Upstreams upstreams,
            LoopState state,
            ExchangeLog log) {
        this.exchange = exchange;
        this.service = service;
        this.head = head;
        this.upstreams = upstreams;
        this.state = state;
        this.log = log;
    }

    Service service() {
        return service;
    }

    /** What was acquired; there is one from the moment the exchange has a connection until it is completed. */
    Lease lease() {
        return requireNonNull(lease, "lease");
    }

    /** Tries an endpoint; the exchange is told of the connection, or that there is none to be had. */
    void attempt() {
        Decision decision = service.acquire(head);
        if (decision instanceof Refusal refusal) {
            if (lastFailure != null) {
                exchange.unreachable(lastFailure);
            } else {
                exchange.refused(refusal);
            }
            return;
        }
        Lease lease = (Lease) decision;
        String endpoint = lease.endpoint().id();
        if (lastFailure != null && head.attempts().contains(endpoint) && unreached.contains(lease.address())) {
            lease.close(); // there is no other endpoint to turn to, and no other address of this one
            exchange.unreachable(lastFailure);
            return;
        }
        head.attempts().add(endpoint);
        this.lease = lease;
        log.attempt(service, lease);
        UpstreamConnection idle = upstreams.idle(lease).take(state);
        if (idle != null) {
            exchange.reached(idle);
        } else {
            connect();
        }
    }

    /** Makes a new connection to the endpoint acquired. */
    void connect() {
        var timeouts = service.spec().timeouts();
        var begun = upstreams.connect(lease(), state, timeouts.connect(), timeouts.idle());
        connecting = begun.future();
        begun.future().addListener(future -> {
            try {
                connected(begun);
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                exchange.failed(e); // here nobody else would tell it
            }
        });
    }

    private void connected(Upstreams.Connecting begun) {
        connecting = null;
        if (lease == null) {
            begun.connection().close(); // nobody waits for it any more
            return;
        }
        if (begun.future().isSuccess()) {
            exchange.reached(begun.connection());
        } else {
            connectFailed(begun.future().cause());
        }
        exchange.clientPaused(); // what was just sent has no read of the client to flush it
    }

    private void connectFailed(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            lastFailure = ErrorAnswer.CONNECTION_TIMEOUT;
        } else if (cause instanceof ConnectException) {
            lastFailure = ErrorAnswer.CONNECTION_REFUSED;
        } else {
            lastFailure = ErrorAnswer.CONNECTION_FAILED;
        }
        unreached = new ArrayList<>(unreached);
        unreached.add(lease().address());
        complete(Outcome.CONNECT_FAILED);
        if (head.attempts().count() < service.spec().retry().attempts()) {
            attempt();
        } else {
            exchange.unreachable(lastFailure);
        }
    }

    /** Gives the lease back, if there is one, and gives up a connection under way. */
    void complete(Outcome outcome) {
        Lease completed = lease;
        lease = null;
        if (completed != null) {
            completed.complete(outcome);
        }
        if (connecting != null) {
            connecting.cancel(false);
        }
    }
}
