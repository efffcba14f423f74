package dev.penstock.runtime;

import dev.penstock.PenstockBuilder;
import dev.penstock.proxy.GatewayBuilder;

/** What an embedder adds to a configuration: balancers, sources, observers in code. */
public interface Extension {
    /** Adds nothing. */
    Extension NONE = new Extension() {};

    /**
     * Adds to what decides.
     *
     * @param builder about to be built
     */
    default void extend(PenstockBuilder builder) {}

    /**
     * Adds to what proxies.
     *
     * @param builder about to be started
     */
    default void extend(GatewayBuilder builder) {}
}
