package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.Balancer;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The definition of one service, and what of the service changes with it. Thread-safe; no request asks for its lock. */
final class Definition {
    private static final Logger LOG = LoggerFactory.getLogger(Definition.class);

    private final ServiceContext context;
    private final Service service;
    private final Object lock = new Object();
    private volatile ServiceSpec spec;

    /** What was defined when the shadow was promoted; null if it was not. */
    private @Nullable ServiceSpec promoted;

    Definition(ServiceSpec spec, ServiceContext context, Service service) {
        this.spec = spec;
        this.context = context;
        this.service = service;
    }

    /** Refuses a shadow that nothing makes. */
    static void checkShadow(ServiceSpec spec, @Nullable Supplier<Balancer> shadow) {
        ShadowSpec beside = spec.shadow();
        if (beside != null && shadow == null) {
            throw new IllegalArgumentException("shadow of service \"" + spec.name() + "\": \"" + beside.balancer()
                    + "\" (expected: what makes it, or no shadow)");
        }
    }

    ServiceSpec spec() {
        return spec;
    }

    CompletionStage<Void> change(
            ServiceSpec next, @Nullable Supplier<Balancer> balancer, @Nullable ServiceSource source) {
        synchronized (lock) {
            promoted = null;
            return change(next, balancer, null, source);
        }
    }

    CompletionStage<Void> define(ServiceSpec defined, Function<String, Balancer> balancers, ServiceSource source) {
        synchronized (lock) {
            ServiceSpec before = spec;
            if (promoted == null && defined.equals(before)) {
                return CompletableFuture.completedFuture(
                        null); // one of a thousand that another one's change comes with
            }
            ServiceSpec next = defined;
            if (staysPromoted(defined)) {
                next = defined.withBalancer(before.balancer()).withShadow(null);
            } else {
                promoted = null;
            }
            String rule = next.balancer();
            ShadowSpec beside = next.shadow();
            boolean sameSource = before.endpoints().equals(next.endpoints())
                    && before.discover().equals(next.discover());
            return change(
                    next,
                    before.balancer().equals(rule) ? null : () -> balancers.apply(rule),
                    beside == null ? null : () -> balancers.apply(beside.balancer()),
                    sameSource ? null : source);
        }
    }

    private boolean staysPromoted(ServiceSpec defined) {
        ServiceSpec from = promoted;
        return from != null
                && from.balancer().equals(defined.balancer())
                && Objects.equals(from.shadow(), defined.shadow());
    }

    private CompletionStage<Void> change(
            ServiceSpec next,
            @Nullable Supplier<Balancer> balancer,
            @Nullable Supplier<Balancer> shadow,
            @Nullable ServiceSource source) {
        ServiceSpec before = spec;
        if (!next.name().equals(before.name())) {
            throw new IllegalArgumentException(
                    "service name: \"" + next.name() + "\" (expected: \"" + before.name() + "\")");
        }
        boolean sameShadow = Objects.equals(next.shadow(), before.shadow());
        context.health().check(next);
        if (!sameShadow) {
            checkShadow(next, shadow);
        }
        ServiceControl control = service.control();
        if (balancer != null) {
            control.balance(next.balancer(), balancer);
        }
        if (!sameShadow) {
            ShadowSpec beside = next.shadow();
            if (beside == null) {
                service.shadows().end();
            } else {
                service.shadows().begin(beside, requireNonNull(shadow, "shadow"));
            }
        }
        if (source != null) {
            control.follow(source);
        }
        if (!next.judging().equals(before.judging())) {
            control.judge(next.judging());
        }
        service.admission().follow(next.limits());
        spec = next; // last: what the scheduler refuses is still to be changed the next time
        return balancer == null && source == null ? CompletableFuture.completedFuture(null) : control.settled();
    }

    CompletionStage<Void> promoteShadow() {
        synchronized (lock) {
            Supplier<Balancer> rule = service.shadows().rule();
            ServiceSpec before = spec;
            String text = requireNonNull(before.shadow(), "shadow").balancer();
            CompletionStage<Void> done = change(before.withBalancer(text).withShadow(null), rule, null, null);
            promoted = before;
            LOG.info(
                    "service {}: its shadow {} is its balancer now, in the place of {}",
                    before.name(),
                    text,
                    before.balancer());
            return done;
        }
    }
}
