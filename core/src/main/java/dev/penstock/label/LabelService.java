package dev.penstock.label;

import static java.util.Objects.requireNonNull;

/**
 * What labels say of a service, and of the thing as one of its endpoints. Immutable.
 *
 * @param name what routes call it
 * @param port where the thing serves, {@code 1..65535}; {@code 0}: not said
 * @param weight its share of traffic beside that of others, {@code 0..1000000}; 1 unless said otherwise
 * @param balancer the name of a rule; empty: not said
 * @param keepsHost whether the endpoint sees the Host header of the client, not its own address
 */
public record LabelService(String name, int port, int weight, String balancer, boolean keepsHost) {
    /** Checks for null. */
    public LabelService {
        requireNonNull(name, "name");
        requireNonNull(balancer, "balancer");
    }

    /** Whether another thing says the same of the service as a whole. */
    boolean agreesWith(LabelService other) {
        return balancer.equals(other.balancer) && keepsHost == other.keepsHost;
    }
}
