package dev.penstock.catalog;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.limit.Limits;
import dev.penstock.retry.RetrySpec;
import dev.penstock.tls.UpstreamTls;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The components of a {@link ServiceSpec} while one of them is changed. Confined to the call that makes the copy. */
final class ServiceDraft {
    ServiceName name;
    String balancer;
    List<Endpoint> endpoints;
    List<URI> discover;
    UpstreamTimeouts timeouts;
    RetrySpec retry;
    HostHeader hostHeader;
    HealthSpec health;
    Limits limits;
    AnswerLimits answers;

    @Nullable
    Fallback fallback;

    @Nullable
    ShadowSpec shadow;

    ProxyProtocol proxyProtocol;

    @Nullable
    UpstreamTls tls;

    LoadReports loadReports;
    Provenance provenance;

    ServiceDraft(ServiceSpec spec) {
        name = spec.name();
        balancer = spec.balancer();
        endpoints = spec.endpoints();
        discover = spec.discover();
        timeouts = spec.timeouts();
        retry = spec.retry();
        hostHeader = spec.hostHeader();
        health = spec.health();
        limits = spec.limits();
        answers = spec.answers();
        fallback = spec.fallback();
        shadow = spec.shadow();
        proxyProtocol = spec.proxyProtocol();
        tls = spec.tls();
        loadReports = spec.loadReports();
        provenance = spec.provenance();
    }

    ServiceSpec spec() {
        return new ServiceSpec(
                name,
                balancer,
                endpoints,
                discover,
                timeouts,
                retry,
                hostHeader,
                health,
                limits,
                answers,
                fallback,
                shadow,
                proxyProtocol,
                tls,
                loadReports,
                provenance);
    }
}
