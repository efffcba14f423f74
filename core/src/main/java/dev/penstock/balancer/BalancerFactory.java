package dev.penstock.balancer;

/** Makes a balancer known by name; found by {@link java.util.ServiceLoader} or registered by hand. Thread-safe. */
public interface BalancerFactory {
    /**
     * The name that configurations say.
     *
     * @return lower case letters, digits and underscores, as in {@code round_robin}
     */
    String name();

    /**
     * Makes the balancer. What it does not ask the settings for, the configuration must not say.
     *
     * @param settings options in the configuration, and the balancer to be refined if it is one that refines another
     * @return an immutable rule
     * @throws IllegalArgumentException if the settings make no sense; said as in {@code option: value (expected: ...)}
     */
    Balancer create(BalancerSettings settings);
}
