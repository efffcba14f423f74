package dev.penstock.balancer;

import dev.penstock.balancer.AffinityCookie.SameSite;
import dev.penstock.balancer.AffinityCookie.Secure;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the options of {@code sticky}. */
final class StickySettings {
    static final String KEYS_FROM = "keys_from";

    private StickySettings() {}

    static Balancer read(BalancerSettings settings, AffinityKeys drawn) {
        Balancer refined = settings.refined();
        String by = settings.text("by", "cookie");
        if (!by.equals("cookie")) {
            return Balancers.sticky(HashKey.parse(by), refined);
        }
        var cookie = new AffinityCookie(
                settings.text("cookie", "penstock"),
                Duration.ofSeconds(settings.number("max_age_s", 0, 0, Integer.MAX_VALUE)),
                settings.text("path", "/"),
                SameSite.valueOf(
                        settings.choice("same_site", "lax", "strict", "none").toUpperCase(Locale.ROOT)),
                secure(settings.choice("secure", "auto", "yes", "no")),
                settings.choice("forward", "yes", "no").equals("yes"));
        return Balancers.sticky(cookie, keys(settings.text(KEYS_FROM, ""), drawn), refined);
    }

    /** Throws unless the keys that the options name are there. */
    static void checkKeys(Map<String, String> options) {
        String variable = options.getOrDefault(KEYS_FROM, "");
        if (!variable.isEmpty()) {
            keys(variable);
        }
    }

    private static Secure secure(String word) {
        return switch (word) {
            case "yes" -> Secure.ALWAYS;
            case "no" -> Secure.NEVER;
            default -> Secure.AUTO;
        };
    }

    /** Not written where balancers are: what a service's rule is, anybody may see. */
    private static AffinityKeys keys(String variable, AffinityKeys drawn) {
        return variable.isEmpty() ? drawn : keys(variable);
    }

    private static AffinityKeys keys(String variable) {
        String keys = System.getenv(variable);
        if (keys == null || keys.isBlank()) {
            throw new IllegalArgumentException("balancer \"sticky\": keys_from: \"" + variable
                    + "\" (expected: an environment variable that holds keys, divided by commas, the newest first)");
        }
        return AffinityKeys.of(Stream.of(keys.split(",", -1))
                .map(String::trim)
                .filter(key -> !key.isEmpty())
                .toList());
    }
}
