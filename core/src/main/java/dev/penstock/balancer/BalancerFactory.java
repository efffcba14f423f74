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
     * Makes the balancer.
     *
     * @return an immutable rule
     */
    Balancer create();
}
