package dev.penstock.proxy;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.proxy.http1.ResponseMessage;
import dev.penstock.retry.Failed;
import dev.penstock.retry.Failure;
import dev.penstock.retry.RetryRules;
import dev.penstock.retry.RetrySpec;
import dev.penstock.retry.Verdict;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import dev.penstock.service.Waiting;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request to an answer of one service: an attempt, and another where it fails and may be repeated. Confined
 * to the event loop of its client.
 */
final class Failover {
    private final Delivery delivery;
    private final DownstreamRequest request;
    private final ServiceChain services;
    private final Upstreams upstreams;
    private final Service service;
    private final ServiceSpec spec;
    private final RequestHead head;
    private final RequestBody body;
    private final Race race;
    private final Hedging hedging;
    private List<InetSocketAddress> unreached = List.of();
    private @Nullable Waiting waiting;
    private @Nullable Future<?> next;
    private @Nullable ErrorAnswer lastAnswer;
    private @Nullable Failure lastFailure;
    private boolean sent;
    private boolean told;

    Failover(Delivery delivery, DownstreamRequest request, ServiceChain services, Upstreams upstreams) {
        this.delivery = delivery;
        this.request = request;
        this.services = services;
        this.upstreams = upstreams;
        this.service = services.service();
        this.spec = service.spec();
        this.head = request.head();
        this.body = request.body();
        this.race = new Race(request);
        this.hedging = new Hedging(this, request, race, service, spec.retry(), upstreams.ticker());
    }

    /** The attempts that are under way. */
    Race race() {
        return race;
    }

    private RetrySpec retry() {
        return spec.retry();
    }

    // ---- an attempt

    /** Begins; it is told of the answer, or that there is none to be had. */
    void begin() {
        request.log().routed(service);
        service.retries().request();
        boolean retried = retry().attempts() > 1 && retry().when().methods().contains(head.method());
        if ((retried || (services.hasNext() && head.isIdempotent())) && !head.isUpgrade()) {
            body.keep(retry().bodyBytes());
        }
        attempt();
    }

    private void attempt() {
        Decision decision = service.acquire(head);
        if (decision instanceof Refusal refusal && refusal.reason() == Reason.OVERLOADED) {
            waiting = service.await(
                    head, request.state().loop(), later -> request.guard().run(() -> waited(later)));
            if (waiting != null) {
                request.log().queued();
                return;
            }
        }
        decided(decision);
    }

    /** Its turn has come, or it has waited for too long. */
    private void waited(Decision decision) {
        waiting = null;
        decided(decision);
        race.flush(); // it has no read of the client to flush it
    }

    private void decided(Decision decision) {
        if (decision instanceof Lease lease) {
            if (isWorthwhile(lease)) {
                begin(lease);
                return;
            }
            lease.close(); // another one was there, and is not any more
        }
        if (lastAnswer != null) {
            giveUp(lastAnswer);
        } else {
            delivery.refused((Refusal) decision);
        }
    }

    private boolean isWorthwhile(Lease lease) {
        boolean tried = head.attempts().contains(lease.endpoint().id());
        return RetryRules.isWorthwhile(lastFailure, tried, unreached.contains(lease.address()));
    }

    /** Begins an attempt, be it the only one or beside others. */
    void begin(Lease lease) {
        head.attempts().begin(lease.endpoint().id());
        if (race.size() == 0) {
            request.log().attempt(lease);
        } else {
            request.log().hedge(lease);
        }
        var attempt = new Attempt(this, request, lease, spec, upstreams);
        hedging.began(attempt);
        race.join(attempt);
        attempt.start();
    }

    /** What there is of the request was sent. */
    void sent(Attempt attempt) {
        sent = true;
        request.log().forwarded();
        service.fallbackSwitch().reached();
        race.takeBody();
        if (head.attempts().count() > 1) {
            attempt.flush(); // it has no read of the client to flush it
        }
        race.watch();
        hedging.sent();
    }

    // ---- what becomes of it

    /** An attempt has failed before the answer began: it is repeated if that may be and helps. */
    void failed(Attempt attempt, Failure failure, Outcome outcome, ErrorAnswer answer) {
        if (failure == Failure.CONNECT) {
            unreached = new ArrayList<>(unreached);
            unreached.add(attempt.lease().address());
        }
        lastFailure = failure;
        lastAnswer = answer;
        leave(attempt);
        attempt.end(outcome);
        if (race.size() == 0 && !repeat(failure, 0)) {
            giveUp(delivery.leftNanos() <= 0 ? ErrorAnswer.DEADLINE : answer);
        }
    }

    /** An attempt has ended in a way that no repetition mends. */
    void useless(Attempt attempt, Outcome outcome, ErrorAnswer answer) {
        lastAnswer = answer;
        race.leave(attempt);
        attempt.end(outcome);
        if (race.size() == 0) {
            delivery.unreachable(answer);
        }
    }

    /** An attempt is answered: the answer is passed on, unless its status asks for another attempt and that may be. */
    void answered(Attempt attempt, ResponseMessage response, UpstreamAnswer framing) {
        if (!race.isDecided()) {
            int status = response.status();
            Set<Integer> statuses = retry().when().statuses();
            boolean unwanted = !statuses.isEmpty() && statuses.contains(status);
            if (unwanted && (race.size() > 1 || repeat(Failure.STATUS, status))) {
                discard(attempt, status, framing);
                return;
            }
            if (services.isBad(status) && isRepeatable()) {
                discard(attempt, status, framing);
                if (race.size() == 0) {
                    delivery.unreachable(ErrorAnswer.UNAVAILABLE);
                }
                return;
            }
        }
        choose(attempt);
        endTimers();
        delivery.answered(attempt, response, framing);
    }

    private void discard(Attempt attempt, int status, UpstreamAnswer framing) {
        lastFailure = Failure.STATUS;
        lastAnswer = ErrorAnswer.UNAVAILABLE;
        leave(attempt);
        attempt.discard(framing, Answer.outcome(status));
    }

    private void leave(Attempt attempt) {
        head.attempts().failed(attempt.lease().endpoint().id());
        race.leave(attempt);
    }

    /** An interim answer goes to the client; from then on the request is not repeated. */
    void interim(Attempt attempt, ResponseMessage response) {
        choose(attempt);
        told = true;
        delivery.interim(attempt, response);
    }

    private void choose(Attempt attempt) {
        if (!race.isDecided()) {
            hedging.answered();
            race.choose(attempt);
            request.log().chosen(attempt.lease());
        }
    }

    // ---- another one

    private boolean repeat(Failure failure, int status) {
        if (!service.offersAnother(head.attempts(), failure, unreached)) {
            return false;
        }
        var failed = new Failed(
                failure, status, head.method(), isKept(), head.attempts().count(), delivery.leftNanos());
        if (service.retries().judge(retry(), failed) != Verdict.RETRY) {
            return false;
        }
        race.holdBody();
        long wait = service.retries().waitNanos(retry(), failed);
        hedging.cancel();
        if (failure == Failure.CONNECT) {
            attempt();
        } else {
            Guard.cancel(next);
            next = request.guard().later(wait, this::attempt); // also without a wait: first the failed one is ended
        }
        return true;
    }

    private void giveUp(ErrorAnswer answer) {
        if (!sent && allTried()) {
            service.fallbackSwitch().unreachable();
        }
        delivery.unreachable(answer);
    }

    private boolean allTried() {
        return service.snapshot().eligible().stream()
                .allMatch(candidate ->
                        head.attempts().contains(candidate.endpoint().id()));
    }

    /** Tells whether all that an endpoint was sent can be sent once more. */
    boolean isKept() {
        return !told && body.isKept() && !head.isUpgrade();
    }

    /** Tells whether the request may be sent again to an endpoint that closed an idle connection. */
    boolean isRepeatable() {
        return isKept() && head.isIdempotent();
    }

    /** Tells whether the request may be sent to another service: none has seen it, or it may be sent again. */
    boolean mayFallBack() {
        return sent ? isRepeatable() : body.isKept();
    }

    // ---- the end

    /** Ends all that is under way. */
    void end(Outcome outcome) {
        endTimers();
        race.end(outcome);
    }

    private void endTimers() {
        if (waiting != null) {
            waiting.cancel();
            waiting = null;
        }
        Guard.cancel(next);
        hedging.cancel();
    }
}
