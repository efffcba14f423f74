package dev.penstock.config;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.SlowStart;
import dev.penstock.health.Check;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.HttpCheck.Statuses;
import dev.penstock.health.TcpCheck;
import dev.penstock.outlier.OutlierSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how a service judges its endpoints. Stateless. */
final class HealthDecoder {
    private static final Map<String, Boolean> KINDS = new LinkedHashMap<>();
    private static final Map<String, String> METHODS = new LinkedHashMap<>();
    private static final HttpCheck HTTP = HttpCheck.get("/");

    static {
        KINDS.put("http", false);
        KINDS.put("tcp", true);
        METHODS.put("GET", "GET");
        METHODS.put("HEAD", "HEAD");
    }

    private HealthDecoder() {}

    /** The key {@code health} of a service. */
    static HealthSpec health(Fields service, HealthSpec base) {
        return service.optional("health", base, value -> health(value, base));
    }

    private static HealthSpec health(Value value, HealthSpec base) {
        Fields fields = value.fields("check, outliers, panic, slowStart");
        HealthSpec health = base.withOutliers(
                        fields.optional("outliers", base.outliers(), some -> outliers(some, base.outliers())))
                .withPanic(fields.optional(
                        "panic", base.panicPercent(), number -> number.integer(0, 100, base.panicPercent())))
                .withSlowStart(
                        fields.optional("slowStart", base.slowStart(), some -> slowStart(some, base.slowStart())));
        HealthSpec read = fields.optional("check", health, some -> health.withCheck(check(some, base.check())));
        fields.end();
        return read;
    }

    private static @Nullable CheckSpec check(Value value, @Nullable CheckSpec base) {
        CheckSpec given = base == null ? CheckSpec.of(HTTP) : base;
        if (value.isText("false")) {
            return null;
        }
        if (value.isText("tcp")) {
            return given.withCheck(TcpCheck.OWN_PORT);
        }
        if (value.isScalar()) {
            return given.withCheck(value.parsed("a path as in /health, or tcp, or false", HTTP, HttpCheck::get));
        }
        Fields fields = value.fields("kind, path, interval ...; or a path, or tcp, or false");
        boolean tcp = fields.optional("kind", given.check() instanceof TcpCheck, word -> word.word(KINDS, false));
        Check check = tcp ? tcp(fields, given.check()) : http(value, fields, given.check());
        Duration interval =
                fields.optional("interval", given.interval(), time -> time.duration(false, given.interval()));
        CheckSpec paced = given.interval().equals(interval) ? given : given.withInterval(interval);
        CheckSpec spec = new CheckSpec(
                check,
                interval,
                fields.optional(
                        "failingInterval",
                        paced.failingInterval(),
                        time -> time.duration(false, paced.failingInterval())),
                fields.optional("timeout", given.timeout(), time -> time.duration(false, given.timeout())),
                fields.optional("rise", given.rise(), number -> number.integer(1, 100, given.rise())),
                fields.optional("fall", given.fall(), number -> number.integer(1, 100, given.fall())));
        fields.end();
        return spec;
    }

    private static TcpCheck tcp(Fields fields, Check base) {
        return new TcpCheck(port(fields, base));
    }

    private static int port(Fields fields, Check base) {
        return fields.optional("port", base.port(), number -> number.integer(1, 65_535, base.port()));
    }

    private static HttpCheck http(Value value, Fields fields, Check base) {
        HttpCheck given = base instanceof HttpCheck http ? http : HTTP;
        String method = fields.optional("method", given.method(), word -> word.word(METHODS, given.method()));
        String path = fields.optional(
                "path",
                given.path(),
                text -> text.parsed("a path that begins with /", given, HttpCheck::get)
                        .path());
        String host = fields.optional("host", given.host(), text -> host(text, given.host()));
        int port = port(fields, base);
        List<Statuses> statuses = fields.optional("status", given.statuses(), HealthDecoder::statuses);
        String body = fields.optional("body", given.body(), text -> text.text(given.body()));
        if (method.equals("HEAD") && !body.isEmpty()) {
            value.fault("body with method HEAD (expected: method GET, or no body)");
            return given;
        }
        return new HttpCheck(method, path, host, port, statuses, body);
    }

    private static String host(Value value, String standIn) {
        return value.parsed(
                "a host, no blank", standIn, text -> new HttpCheck("GET", "/", text, 0, HTTP.statuses(), "").host());
    }

    private static List<Statuses> statuses(Value value) {
        List<Statuses> statuses = value.oneOrMore("a status or range, or a list of them").stream()
                .map(item -> item.parsed(
                        "a status as in 204, or a range as in 200-399",
                        HTTP.statuses().get(0),
                        Statuses::parse))
                .toList();
        if (statuses.isEmpty()) {
            value.unexpected("one status at least");
            return HTTP.statuses();
        }
        return statuses;
    }

    private static OutlierSpec outliers(Value value, OutlierSpec inherited) {
        OutlierSpec base = inherited.active() ? inherited : OutlierSpec.defaults();
        if (value.isScalar()) {
            return value.flag(true) ? base : OutlierSpec.OFF;
        }
        Fields fields = value.fields("failures, interval, minVolume, ejection ...; or true or false");
        var outliers = new OutlierSpec(
                fields.optional(
                        "failures",
                        base.consecutiveFailures(),
                        number -> number.integer(0, 1_000, base.consecutiveFailures())),
                fields.optional("interval", base.interval(), time -> time.duration(false, base.interval())),
                fields.optional(
                        "minVolume", base.minVolume(), number -> number.integer(0, 1_000_000, base.minVolume())),
                fields.optional("ejection", base.ejection(), time -> time.duration(false, base.ejection())),
                fields.optional("maxEjection", base.maxEjection(), time -> time.duration(false, base.maxEjection())),
                fields.optional(
                        "maxEjected",
                        base.maxEjectedPercent(),
                        number -> number.integer(0, 100, base.maxEjectedPercent())));
        fields.end();
        return outliers;
    }

    private static SlowStart slowStart(Value value, SlowStart base) {
        if (value.isScalar()) {
            return new SlowStart(value.duration(true, base.window()), base.aggression(), base.grace());
        }
        Fields fields = value.fields("window, aggression, grace; or a duration");
        var slowStart = new SlowStart(
                fields.optional("window", base.window(), time -> time.duration(true, base.window())),
                fields.optional("aggression", base.aggression(), number -> aggression(number, base.aggression())),
                fields.optional("grace", base.grace(), time -> time.duration(true, base.grace())));
        fields.end();
        return slowStart;
    }

    private static double aggression(Value value, double standIn) {
        return value.parsed(
                "a number in 0.1..10",
                standIn,
                text -> new SlowStart(Duration.ZERO, Double.parseDouble(text), Duration.ZERO).aggression());
    }
}
