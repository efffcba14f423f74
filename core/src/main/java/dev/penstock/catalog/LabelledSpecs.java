package dev.penstock.catalog;

import dev.penstock.label.LabelService;
import dev.penstock.retry.RetrySpec;

/** Makes definitions of what labels say. Stateless. Made for authors of catalogs. */
public final class LabelledSpecs {
    private LabelledSpecs() {}

    /**
     * Adds what labels say of a service to its definition.
     *
     * @param plain with its name and where it is found; its rule counts where labels name none
     * @param labels what they say
     * @return the whole definition
     */
    public static ServiceSpec service(ServiceSpec plain, LabelService labels) {
        return plain.withBalancer(labels.balancer().isEmpty() ? plain.balancer() : labels.balancer())
                .withShadow(labels.shadow().isEmpty() ? null : ShadowSpec.of(labels.shadow()))
                .withHostHeader(labels.keepsHost() ? HostHeader.KEEP : HostHeader.ENDPOINT)
                .withTls(labels.tls())
                .withHealth(new HealthSpec(
                        labels.health().check(),
                        labels.health().outliers(),
                        labels.health().panicPercent(),
                        SlowStart.over(labels.health().slowStart())))
                .withRetry(RetrySpec.defaults()
                        .withLabels(labels.retry().attempts(), labels.retry().firstWait()));
    }
}
