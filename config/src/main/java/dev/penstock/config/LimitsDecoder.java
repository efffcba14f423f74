package dev.penstock.config;

import dev.penstock.catalog.AnswerLimits;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.BreakerSettings.Scope;
import dev.penstock.limit.Limits;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the limits of a service, and its circuit breaker. Stateless. */
final class LimitsDecoder {
    private static final Map<String, Scope> SCOPES = new LinkedHashMap<>();

    static {
        SCOPES.put("service", Scope.SERVICE);
        SCOPES.put("endpoint", Scope.ENDPOINT);
    }

    private LimitsDecoder() {}

    /** The keys {@code limits} and {@code circuitBreaker} of a service. */
    static ServiceSpec limits(Fields service, ServiceSpec base) {
        ServiceSpec limited = service.optional("limits", base, value -> limits(value, base));
        Limits limits = limited.limits();
        return limited.withLimits(
                service.optional("circuitBreaker", limits, value -> limits.withBreaker(breaker(value, base.limits()))));
    }

    private static ServiceSpec limits(Value value, ServiceSpec base) {
        Fields fields = value.fields("requests, perEndpoint, queue, wait ...");
        ServiceSpec limited =
                base.withLimits(requests(fields, base.limits())).withAnswers(answers(fields, base.answers()));
        fields.end();
        return limited;
    }

    private static Limits requests(Fields fields, Limits base) {
        return new Limits(
                fields.optional(
                        "requests", base.requests(), number -> number.integer(1, Limits.MAX_REQUESTS, base.requests())),
                fields.optional(
                        "perEndpoint",
                        base.perEndpoint(),
                        number -> number.integer(0, Limits.MAX_REQUESTS, base.perEndpoint())),
                fields.optional("queue", base.queue(), number -> number.integer(0, Limits.MAX_QUEUE, base.queue())),
                fields.optional("wait", base.longestWait(), time -> time.duration(false, base.longestWait())),
                fields.optional("shed", base.shed(), time -> time.duration(true, base.shed())),
                fields.optional("adaptive", base.adaptive(), flag -> flag.flag(base.adaptive())),
                fields.optional("idle", base.idle(), number -> number.integer(0, Limits.MAX_IDLE, base.idle())),
                base.breaker());
    }

    private static AnswerLimits answers(Fields fields, AnswerLimits base) {
        int line = base.statusLineBytes();
        int headers = base.headerBytes();
        int count = base.headerCount();
        int chunkLine = base.chunkLineBytes();
        int names = base.connectionNames();
        int interims = base.interims();
        return new AnswerLimits(
                fields.optional("statusLine", line, size -> (int) size.size(64, AnswerLimits.MAX_BYTES, line)),
                fields.optional("headers", headers, size -> (int) size.size(64, AnswerLimits.MAX_BYTES, headers)),
                fields.optional("headerCount", count, number -> number.integer(1, AnswerLimits.MAX_COUNT, count)),
                fields.optional("chunkLine", chunkLine, size -> (int) size.size(64, AnswerLimits.MAX_BYTES, chunkLine)),
                fields.optional("connectionNames", names, number -> number.integer(1, AnswerLimits.MAX_NAMES, names)),
                fields.optional("interims", interims, number -> number.integer(1, AnswerLimits.MAX_COUNT, interims)));
    }

    private static @Nullable BreakerSettings breaker(Value value, Limits base) {
        BreakerSettings inherited = base.breaker();
        BreakerSettings given = inherited == null ? BreakerSettings.defaults() : inherited;
        if (value.isScalar()) {
            return value.flag(false) ? given : null;
        }
        Fields fields = value.fields("failures, requests, open, scope; or true or false");
        var breaker = new BreakerSettings(
                fields.optional(
                        "failures", given.failurePercent(), number -> number.integer(1, 99, given.failurePercent())),
                fields.optional("requests", given.requests(), number -> number.integer(1, 10_000, given.requests())),
                fields.optional("open", given.open(), time -> time.duration(false, given.open())),
                fields.optional("scope", given.scope(), word -> word.word(SCOPES, given.scope())));
        fields.end();
        return breaker;
    }
}
