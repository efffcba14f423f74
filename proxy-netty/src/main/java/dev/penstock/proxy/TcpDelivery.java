package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Table;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.retry.Failed;
import dev.penstock.retry.Failure;
import dev.penstock.retry.RetryRules;
import dev.penstock.retry.Verdict;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import dev.penstock.service.Waiting;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a client's connection to an endpoint. Read it top to bottom: route, then the service, an endpoint that is held
 * for it, a connection there, again with another endpoint where none comes about, then the fallbacks of the service.
 * Confined to the event loop of the client.
 */
final class TcpDelivery {
    private final TcpConnection client;
    private final OpaqueRequest request;
    private final LoopState state;
    private final Upstreams upstreams;
    private final ExchangeLog log;
    private final Guard guard;
    private final List<InetSocketAddress> unreached = new ArrayList<>();
    private @Nullable OpaqueRouting routing;
    private @Nullable Waiting waiting;
    private @Nullable Lease lease;
    private Upstreams.@Nullable Connecting<TcpUpstream> connecting;
    private long deadlineNanos;
    private boolean limited;
    private boolean over;
    private long connectingNanos;
    private @Nullable ClientRefusal refusal;
    private @Nullable ErrorAnswer fault;

    TcpDelivery(TcpConnection client, OpaqueRequest request, LoopState state, Upstreams upstreams, ExchangeLog log) {
        this.client = client;
        this.request = request;
        this.state = state;
        this.upstreams = upstreams;
        this.log = log;
        this.guard = new Guard(state.loop(), this::failed);
    }

    // ---- the way to an endpoint

    /** Begins; the client is joined to an endpoint in the end, or refused. */
    void start(Table table) {
        guard.run(() -> route(table));
    }

    private void route(Table table) {
        var routed = OpaqueRouting.of(request, table, log);
        routing = routed;
        if (routed.refusal() != null) {
            refuse(routed.refusal());
            return;
        }
        begin();
    }

    private ServiceChain services() {
        return requireNonNull(routing, "routing").services();
    }

    private Service service() {
        return services().service();
    }

    private void begin() {
        request.attempts().clear();
        fault = null;
        unreached.clear();
        long limit = spec().retry().deadline().toNanos();
        if (limit > 0 && (!limited || limit < leftNanos())) {
            limited = true;
            deadlineNanos = upstreams.ticker().nanos() + limit;
        }
        log.routed(service());
        service().retries().request();
        acquire();
    }

    private ServiceSpec spec() {
        return service().spec();
    }

    private long leftNanos() {
        return limited ? deadlineNanos - upstreams.ticker().nanos() : Long.MAX_VALUE;
    }

    private void acquire() {
        Decision decision = service().acquire(request);
        if (decision instanceof Refusal refusal && refusal.reason() == Reason.OVERLOADED) {
            waiting = service()
                    .await(
                            request,
                            state.loop(),
                            later -> guard.run(() -> {
                                waiting = null;
                                decided(later);
                            }));
            if (waiting != null) {
                log.queued();
                return;
            }
        }
        decided(decision);
    }

    private void decided(Decision decision) {
        if (decision instanceof Lease held) {
            boolean tried = request.attempts().contains(held.endpoint().id());
            Failure last = request.attempts().isEmpty() ? null : Failure.CONNECT;
            if (RetryRules.isWorthwhile(last, tried, unreached.contains(held.address()))) {
                connect(held);
                return;
            }
            held.close(); // another one was there, and is not any more
        }
        fallBack();
    }

    private void connect(Lease held) {
        lease = held;
        request.attempts().add(held.endpoint().id());
        log.attempt(held);
        connectingNanos = log.connecting();
        ServiceSpec spec = spec();
        String preface = request.preface(spec.proxyProtocol());
        var begun =
                upstreams.<TcpUpstream>connect(held, spec, state, profile -> new TcpUpstream(preface, profile, state));
        connecting = begun;
        begun.future().addListener(done -> guard.run(() -> connected(begun, spec)));
    }

    private void connected(Upstreams.Connecting<TcpUpstream> begun, ServiceSpec spec) {
        if (over) {
            begun.close(); // nobody waits for it any more
            return;
        }
        connecting = null;
        Lease held = requireNonNull(lease, "lease");
        if (begun.future().isSuccess()) {
            log.connected(connectingNanos);
            service().fallbackSwitch().reached();
            held.firstByte(); // all that can be told of an endpoint's speed is how long a connection to it takes
            join(begun);
            return;
        }
        lease = null;
        held.complete(Outcome.CONNECT_FAILED);
        fault = UpstreamHandshake.answer(begun.future().cause());
        unreached.add(held.address());
        int attempts = request.attempts().count();
        var failed = new Failed(Failure.CONNECT, 0, "", true, attempts, leftNanos());
        if (service().offersAnother(request.attempts(), Failure.CONNECT, unreached)
                && service().retries().judge(spec.retry(), failed) == Verdict.RETRY) {
            acquire();
        } else {
            fallBack();
        }
    }

    private void join(Upstreams.Connecting<TcpUpstream> made) {
        try {
            log.tunnelled();
            client.join(made.connection(), tunnel -> end());
        } catch (RuntimeException e) {
            made.close(); // nobody else would
            throw e;
        }
    }

    // ---- where there is none

    private void fallBack() {
        if (!request.attempts().isEmpty() && allTried()) {
            service().fallbackSwitch().unreachable();
        }
        if (leftNanos() > 0 && services().next()) {
            guard.soon(() -> {
                if (!over) {
                    begin();
                }
            });
        } else {
            fault = leftNanos() > 0 ? fault : ErrorAnswer.DEADLINE;
            refuse(ClientRefusal.NO_ENDPOINT);
        }
    }

    private boolean allTried() {
        return service().snapshot().eligible().stream()
                .allMatch(candidate ->
                        request.attempts().contains(candidate.endpoint().id()));
    }

    private void refuse(ClientRefusal reason) {
        refusal = reason;
        end();
        client.turnAway(reason);
    }

    /** Something of ours broke: nobody else is to blame. */
    void failed(Throwable cause) {
        client.fault(cause);
        fault = ErrorAnswer.INTERNAL;
        Tunnel joined = client.tunnel();
        if (joined != null) {
            joined.cut(fault.reason());
        }
        end();
        client.close();
    }

    // ---- the end

    /** Tells whether it has ended, and its record was told. */
    boolean isOver() {
        return over;
    }

    /** The client is gone, or what it was joined to. */
    void end() {
        if (over) {
            return;
        }
        over = true;
        if (waiting != null) {
            waiting.cancel();
        }
        if (connecting != null) {
            connecting.future().cancel(false);
        }
        if (lease != null) {
            lease.complete(outcome());
        }
        if (routing != null) {
            routing.end();
        }
        tell();
    }

    private void tell() {
        Tunnel tunnel = client.tunnel();
        if (tunnel != null) {
            service().answers().passed(tunnel.receivedBytes(), tunnel.sentBytes());
            log.received(tunnel.receivedBytes());
            log.sent(tunnel.sentBytes());
            log.end(0, tunnel.reason(), tunnel.endedBy());
        } else if (fault == ErrorAnswer.INTERNAL || (fault != null && refusal != null)) {
            log.end(0, fault.reason(), fault.by());
        } else if (refusal != null) {
            log.end(0, refusal.token(), Ending.By.PROXY);
        } else {
            log.end(0, client.reasonGone(), client.goneBy());
        }
    }

    private Outcome outcome() {
        Tunnel tunnel = client.tunnel();
        if (tunnel == null) {
            return Outcome.CANCELLED;
        }
        return tunnel.isUpstreamBroken() ? Outcome.BROKEN : Outcome.SUCCESS;
    }
}
