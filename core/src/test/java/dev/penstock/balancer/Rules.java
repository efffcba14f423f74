package dev.penstock.balancer;

import java.util.List;
import java.util.Map;

/** Every built-in rule as configurations say it, those that refine another with one. */
public final class Rules {
    private static final Map<String, String> REFINING = Map.of(
            "priority", "priority/p2c",
            "sticky", "sticky/p2c",
            "subset", "subset(size=5)/p2c",
            "zone_aware", "zone_aware(zone=a)/p2c");

    private Rules() {}

    public static List<String> all() {
        return BalancerRegistry.builtIn().names().stream()
                .map(name -> REFINING.getOrDefault(name, name))
                .toList();
    }

    /** Those by which a tier takes all while one of it may be picked. */
    public static List<String> tierByTier() {
        return all().stream().filter(rule -> !rule.startsWith("priority")).toList();
    }
}
