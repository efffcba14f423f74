package dev.penstock.config;

import dev.penstock.retry.BudgetSpec;
import dev.penstock.retry.Failure;
import dev.penstock.retry.HedgeSpec;
import dev.penstock.retry.RetrySpec;
import dev.penstock.retry.RetryWhen;
import dev.penstock.time.Backoff;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads how a service repeats requests. Stateless. */
final class RetryDecoder {
    private static final String AFTER_EXPECTED = "connect, broken, timeout, or a status in 400..599";
    private static final Map<String, Failure> FAILURES = new LinkedHashMap<>();

    static {
        FAILURES.put("connect", Failure.CONNECT);
        FAILURES.put("broken", Failure.BROKEN);
        FAILURES.put("timeout", Failure.TIMEOUT);
    }

    private RetryDecoder() {}

    /** The settings of a service, of which {@code attempts} is also a key of its own. */
    static RetrySpec settings(Fields service, RetrySpec base) {
        RetrySpec counted = base.withAttempts(service.optional("attempts", base.attempts(), value -> {
            if (service.has("retry", "attempts")) {
                value.fault("given besides retry.attempts (expected: one of the two)");
            }
            return attempts(value, base);
        }));
        return service.optional("retry", counted, value -> retry(value, counted));
    }

    private static int attempts(Value value, RetrySpec base) {
        return value.integer(1, RetrySpec.MAX_ATTEMPTS, base.attempts());
    }

    private static RetrySpec retry(Value value, RetrySpec base) {
        Fields fields = value.fields("attempts, after, methods, tryTimeout, deadline, backoff, body, budget, hedge");
        var retry = new RetrySpec(
                fields.optional("attempts", base.attempts(), number -> attempts(number, base)),
                when(fields, base.when()),
                fields.optional("backoff", base.backoff(), wait -> backoff(wait, base.backoff())),
                fields.optional("tryTimeout", base.tryTimeout(), time -> time.duration(true, base.tryTimeout())),
                fields.optional("deadline", base.deadline(), time -> time.duration(true, base.deadline())),
                fields.optional("body", base.bodyBytes(), size ->
                        (int) size.size(0, RetrySpec.MAX_BODY_BYTES, base.bodyBytes())),
                fields.optional("budget", base.budget(), budget -> budget(budget, base.budget())),
                fields.optional("hedge", base.hedge(), hedge -> hedge(hedge, base.hedge())));
        fields.end();
        return retry;
    }

    private static RetryWhen when(Fields fields, RetryWhen base) {
        RetryWhen after = fields.optional("after", base, value -> after(value, base));
        Set<String> methods = fields.optional("methods", base.methods(), RetryDecoder::methods);
        return after.withMethods(methods);
    }

    private static RetryWhen after(Value value, RetryWhen base) {
        Set<Failure> failures = EnumSet.noneOf(Failure.class);
        Set<Integer> statuses = new HashSet<>();
        for (Value item : value.oneOrMore("a list of " + AFTER_EXPECTED)) {
            item.parsed(AFTER_EXPECTED, true, text -> {
                Failure failure = FAILURES.get(text);
                return failure == null ? statuses.add(status(text)) : failures.add(failure);
            });
        }
        return new RetryWhen(failures, statuses, base.methods());
    }

    private static int status(String text) {
        if (!text.matches("[45][0-9][0-9]")) {
            throw new IllegalArgumentException(text);
        }
        return Integer.parseInt(text);
    }

    private static Set<String> methods(Value value) {
        Set<String> methods = new HashSet<>();
        for (Value item : value.oneOrMore("a list of methods")) {
            item.parsed("a method in upper case, as in GET", true, text -> {
                RetryWhen.defaults().withMethods(Set.of(text));
                return methods.add(text);
            });
        }
        return methods;
    }

    private static Backoff backoff(Value value, Backoff base) {
        Fields fields = value.fields("first, limit");
        Duration first = fields.optional("first", base.first(), time -> time.duration(false, base.first()));
        Duration limit = fields.optional("limit", base.limit(), time -> time.duration(false, base.limit()));
        if (fields.has("limit") && limit.compareTo(first) < 0) {
            value.fault("limit is below first (expected: at least as long)");
        }
        fields.end();
        return RetrySpec.backoff(first, limit.compareTo(first) < 0 ? first : limit);
    }

    private static BudgetSpec budget(Value value, BudgetSpec base) {
        Fields fields = value.fields("percent, perSecond");
        int known = (int) Math.round(base.share() * 100);
        int percent = fields.optional("percent", known, number -> number.integer(0, 100, known));
        int perSecond = fields.optional(
                "perSecond",
                base.perSecond(),
                number -> number.integer(0, BudgetSpec.MAX_PER_SECOND, base.perSecond()));
        fields.end();
        return new BudgetSpec(percent / 100.0, perSecond);
    }

    private static HedgeSpec hedge(Value value, HedgeSpec base) {
        Fields fields = value.fields("delay, percentile, most");
        if (fields.has("delay") && fields.has("percentile")) {
            value.fault("delay and percentile (expected: one of the two)");
        }
        int known = (int) Math.round(base.quantile() * 100);
        Duration kept = fields.has("percentile") ? Duration.ZERO : base.delay();
        Duration delay = fields.optional("delay", kept, time -> time.duration(false, kept));
        int percentile = fields.optional("percentile", known, number -> number.integer(50, 99, known));
        int most = fields.optional("most", Math.max(1, base.most()), number -> number.integer(0, 9, 1));
        fields.end();
        return new HedgeSpec(most, delay, percentile / 100.0);
    }
}
