package dev.penstock.label;

import dev.penstock.health.Check;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.HttpCheck.Statuses;
import dev.penstock.health.TcpCheck;
import dev.penstock.outlier.OutlierSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how a service judges its endpoints, from our own labels and from Traefik's. Stateless. */
final class HealthLabels {
    private static final HttpCheck HTTP = HttpCheck.get("/");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Duration LONGEST = Duration.ofDays(365);

    private HealthLabels() {}

    /** Our own: {@code health.check}, {@code health.check.*}, {@code health.outliers} and so on. */
    static LabelHealth own(LabelEntry entry) {
        boolean asked = entry.has("health.check") || entry.hasBelow("health.check.");
        String what = entry.read(
                "health.check",
                "/",
                "a path as in /health, or tcp",
                text -> text.equals("tcp") ? text : HttpCheck.get(text).path());
        int port = entry.integer("health.check.port", 0, 1, 65_535);
        Check check = what.equals("tcp") ? new TcpCheck(port) : ownHttp(entry, what, port);
        CheckSpec paced = CheckSpec.of(check);
        CheckSpec spec = paced.withInterval(duration(entry, "health.check.interval", paced.interval()))
                .withTimeout(duration(entry, "health.check.timeout", paced.timeout()))
                .withCounts(
                        entry.integer("health.check.rise", paced.rise(), 1, 100),
                        entry.integer("health.check.fall", paced.fall(), 1, 100));
        boolean outliers = entry.flag("health.outliers", true);
        return new LabelHealth(
                asked ? spec : null,
                outliers ? OutlierSpec.defaults() : OutlierSpec.OFF,
                entry.integer("health.panic", 0, 0, 100),
                duration(entry, "health.slowstart", Duration.ZERO));
    }

    private static HttpCheck ownHttp(LabelEntry entry, String path, int port) {
        String method = entry.read("health.check.method", "GET", "GET or HEAD", HealthLabels::method);
        String host = host(entry, "health.check.host");
        List<Statuses> statuses =
                entry.list("health.check.status", "statuses as 204, or ranges as 200-399", Statuses::parse);
        String body = entry.read("health.check.body", "", "a text, with method GET", text -> {
            if (!method.equals("GET")) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
        return new HttpCheck(method, path, host, port, statuses.isEmpty() ? HTTP.statuses() : statuses, body);
    }

    /** Traefik's: one failure is enough to be down and one success to be up, as with Traefik; checks go by the service's scheme. */
    static LabelHealth traefik(LabelEntry entry, String scheme) {
        boolean whole = true;
        if (entry.hasBelow("healthcheck.headers.")) {
            entry.unsupported("healthcheck.headers.", "a health check with headers of its own is");
            whole = false; // without them its answers would mean something else
        }
        whole &= plain(entry, "healthcheck.mode", "http");
        whole &= plain(entry, "healthcheck.scheme", scheme);
        entry.flag("healthcheck.followredirects", true); // a redirection is a good answer
        boolean asked = entry.has("healthcheck.path") && whole;
        String path = entry.read("healthcheck.path", "/", "a path", HealthLabels::path);
        String method = entry.read("healthcheck.method", "GET", "GET or HEAD", HealthLabels::method);
        int status = entry.integer("healthcheck.status", 0, 100, 599);
        var check = new HttpCheck(
                method,
                path,
                host(entry, "healthcheck.hostname"),
                entry.integer("healthcheck.port", 0, 1, 65_535),
                status == 0 ? HTTP.statuses() : List.of(new Statuses(status, status)),
                "");
        Duration interval = duration(entry, "healthcheck.interval", Duration.ofSeconds(30));
        CheckSpec spec = CheckSpec.of(check)
                .withInterval(interval)
                .withFailingInterval(duration(entry, "healthcheck.unhealthyinterval", interval))
                .withTimeout(duration(entry, "healthcheck.timeout", Duration.ofSeconds(5)))
                .withCounts(1, 1);
        return new LabelHealth(asked ? spec : null, passive(entry), 0, Duration.ZERO);
    }

    private static OutlierSpec passive(LabelEntry entry) {
        OutlierSpec base = OutlierSpec.defaults();
        boolean asked = entry.hasBelow("passivehealthcheck.");
        Duration window = duration(entry, "passivehealthcheck.failurewindow", base.ejection());
        int attempts = entry.integer("passivehealthcheck.maxfailedattempts", 1, 1, 1_000);
        Duration longest = window.compareTo(base.maxEjection()) > 0 ? window : base.maxEjection();
        return asked ? base.withConsecutiveFailures(attempts).withEjection(window, longest) : base;
    }

    /** Whether the check can be done; reported if it asks for what cannot. */
    private static boolean plain(LabelEntry entry, String key, String can) {
        String asked = entry.text(key, can, can).toLowerCase(Locale.ROOT);
        if (!asked.equals(can)) {
            entry.goesWithout(key, "a health check by " + LabelSet.shown(asked) + " is");
        }
        return asked.equals(can);
    }

    private static String path(String text) {
        return HttpCheck.get(text.startsWith("/") ? text : "/" + text).path();
    }

    private static String method(String text) {
        String method = text.toUpperCase(Locale.ROOT);
        return new HttpCheck(method, "/", "", 0, HTTP.statuses(), "").method();
    }

    private static String host(LabelEntry entry, String key) {
        return entry.read(
                key, "", "a host, no blank", text -> new HttpCheck("GET", "/", text, 0, HTTP.statuses(), "").host());
    }

    /** As {@code 10s} or {@code 1m30s}; a number alone is seconds, as with Traefik. */
    static Duration duration(LabelEntry entry, String key, Duration absent) {
        return entry.read(key, absent, "a duration as in 500ms, 10s or 1m, longer than 0", HealthLabels::duration);
    }

    private static Duration duration(String text) {
        Duration sum = parsed(text.matches("[0-9]+") ? text + "s" : text);
        if (sum == null || sum.isZero() || sum.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(text);
        }
        return sum;
    }

    private static @Nullable Duration parsed(String text) {
        Matcher part = DURATION.matcher(text);
        Duration sum = Duration.ZERO;
        int at = 0;
        while (part.find() && part.start() == at) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        default -> Duration.ofHours(amount);
                    });
            at = part.end();
        }
        return at == text.length() ? sum : null;
    }
}
