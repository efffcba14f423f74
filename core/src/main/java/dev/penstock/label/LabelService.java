package dev.penstock.label;

import static java.util.Objects.requireNonNull;

import dev.penstock.tls.UpstreamTls;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What labels say of a service, and of the thing as one of its endpoints. Immutable.
 *
 * @param name what routes call it
 * @param port where the thing serves, {@code 1..65535}; {@code 0}: not said
 * @param weight its share of traffic beside that of others, {@code 0..1000000}; 1 unless said otherwise
 * @param balancer the name of a rule; empty: not said
 * @param shadow the name of a rule that runs beside it; empty: not said
 * @param keepsHost whether the endpoint sees the Host header of the client, not its own address
 * @param tls how its endpoints are called by TLS; null: without
 * @param health how it judges its endpoints
 * @param retry how often a request is sent, and the wait in between
 */
public record LabelService(
        String name,
        int port,
        int weight,
        String balancer,
        String shadow,
        boolean keepsHost,
        @Nullable UpstreamTls tls,
        LabelHealth health,
        LabelRetry retry) {
    /** Checks for null. */
    public LabelService {
        requireNonNull(name, "name");
        requireNonNull(balancer, "balancer");
        requireNonNull(shadow, "shadow");
        requireNonNull(health, "health");
        requireNonNull(retry, "retry");
    }

    /**
     * A service of which labels say nothing about TLS, health, retries and a shadow.
     *
     * @param name see {@link #name()}
     * @param port see {@link #port()}
     * @param weight see {@link #weight()}
     * @param balancer see {@link #balancer()}
     * @param keepsHost see {@link #keepsHost()}
     */
    public LabelService(String name, int port, int weight, String balancer, boolean keepsHost) {
        this(name, port, weight, balancer, "", keepsHost, null, LabelHealth.UNSAID, LabelRetry.UNSAID);
    }

    LabelService withRetry(LabelRetry retry) {
        return new LabelService(name, port, weight, balancer, shadow, keepsHost, tls, health, retry);
    }

    /** Whether another thing says the same of the service as a whole. */
    boolean agreesWith(LabelService other) {
        return balancer.equals(other.balancer)
                && shadow.equals(other.shadow)
                && keepsHost == other.keepsHost
                && Objects.equals(tls, other.tls)
                && health.equals(other.health)
                && retry.equals(other.retry);
    }
}
