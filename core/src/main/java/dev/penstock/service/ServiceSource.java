package dev.penstock.service;

import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import java.util.function.Consumer;

/** Opens the watch that feeds a service. Called once, on the control path of the service, where it may block. */
@FunctionalInterface
public interface ServiceSource {
    /**
     * Subscribes.
     *
     * @param observer told each new state, as a {@link dev.penstock.discovery.Discovery} tells it
     * @return the running subscription
     */
    Watch watch(Consumer<ServiceState> observer);
}
