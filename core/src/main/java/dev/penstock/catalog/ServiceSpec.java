package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HeadLimits;
import dev.penstock.limit.Limits;
import dev.penstock.retry.RetrySpec;
import dev.penstock.tls.UpstreamTls;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a service. Immutable.
 *
 * @param name what routes call it
 * @param balancer the name of its rule
 * @param endpoints those known beforehand; may be empty
 * @param discover where more are found, as in {@code dns:///site.internal:8080}; an earlier one wins over a later one
 *     that names the same endpoint
 * @param timeouts how long the proxy waits for an endpoint
 * @param retry how requests that failed are repeated
 * @param hostHeader which Host header an endpoint sees
 * @param health how it judges its endpoints over time
 * @param limits how many requests it takes at once, and what becomes of those above
 * @param answers how long heads its endpoints may send
 * @param fallback who stands in for it; null: nobody
 * @param shadow a rule that runs beside its own and sends nothing; null: none
 * @param proxyProtocol whether its endpoints are told the client by a PROXY header
 * @param tls how its endpoints are called by TLS; null: without
 * @param loadReports what becomes of the load that its endpoints report
 * @param provenance where it is defined
 */
public record ServiceSpec(
        ServiceName name,
        String balancer,
        List<Endpoint> endpoints,
        List<URI> discover,
        UpstreamTimeouts timeouts,
        RetrySpec retry,
        HostHeader hostHeader,
        HealthSpec health,
        Limits limits,
        AnswerLimits answers,
        @Nullable Fallback fallback,
        @Nullable ShadowSpec shadow,
        ProxyProtocol proxyProtocol,
        @Nullable UpstreamTls tls,
        LoadReports loadReports,
        Provenance provenance) {
    /** The balancer of a service that names none. */
    public static final String DEFAULT_BALANCER = "round_robin";

    /** Checks ranges and copies the lists. */
    public ServiceSpec {
        requireNonNull(name, "name");
        requireNonNull(balancer, "balancer");
        requireNonNull(timeouts, "timeouts");
        requireNonNull(retry, "retry");
        requireNonNull(hostHeader, "hostHeader");
        requireNonNull(health, "health");
        requireNonNull(limits, "limits");
        requireNonNull(answers, "answers");
        requireNonNull(proxyProtocol, "proxyProtocol");
        requireNonNull(loadReports, "loadReports");
        requireNonNull(provenance, "provenance");
        endpoints = List.copyOf(endpoints);
        discover = List.copyOf(discover);
    }

    /**
     * A service in code, with the documented defaults.
     *
     * @param name see {@link #name()}
     * @param endpoints addresses, see {@link Endpoint#parse(String)}
     * @return the definition
     */
    public static ServiceSpec of(String name, String... endpoints) {
        return new ServiceSpec(
                ServiceName.of(name),
                DEFAULT_BALANCER,
                Stream.of(endpoints).map(Endpoint::parse).toList(),
                List.of(),
                UpstreamTimeouts.defaults(),
                RetrySpec.defaults(),
                HostHeader.KEEP,
                HealthSpec.defaults(),
                Limits.defaults(),
                AnswerLimits.defaults(),
                null,
                null,
                ProxyProtocol.OFF,
                null,
                LoadReports.STRIP,
                Provenance.CODE);
    }

    /**
     * How its endpoints are judged, with checks that go the way of its requests.
     *
     * @return {@link #health()}, its check by {@link #tls()}, with the header of {@link #proxyProtocol()}, and for answers as
     *     {@link #answers()} allows them
     */
    public HealthSpec judging() {
        CheckSpec check = health.check();
        return check == null
                ? health
                : health.withCheck(check.withTls(tls)
                        .withPreface(proxyProtocol.local())
                        .withHeads(new HeadLimits(answers.statusLineBytes(), answers.headerBytes())));
    }

    /**
     * A service of another name with the same settings.
     *
     * @param name see {@link #name()}
     * @return a copy
     */
    public ServiceSpec withName(ServiceName name) {
        return with(draft -> draft.name = name);
    }

    /**
     * The same service, defined elsewhere.
     *
     * @param provenance see {@link #provenance()}
     * @return a copy
     */
    public ServiceSpec withProvenance(Provenance provenance) {
        return with(draft -> draft.provenance = provenance);
    }

    /**
     * The same service under another rule.
     *
     * @param balancer see {@link #balancer()}
     * @return a copy
     */
    public ServiceSpec withBalancer(String balancer) {
        return with(draft -> draft.balancer = balancer);
    }

    /**
     * The same service with other endpoints.
     *
     * @param endpoints see {@link #endpoints()}
     * @return a copy
     */
    public ServiceSpec withEndpoints(List<Endpoint> endpoints) {
        return with(draft -> draft.endpoints = endpoints);
    }

    /**
     * The same service with other sources.
     *
     * @param discover see {@link #discover()}
     * @return a copy
     */
    public ServiceSpec withDiscover(URI... discover) {
        return with(draft -> draft.discover = List.of(discover));
    }

    /**
     * The same service with other timeouts.
     *
     * @param timeouts see {@link #timeouts()}
     * @return a copy
     */
    public ServiceSpec withTimeouts(UpstreamTimeouts timeouts) {
        return with(draft -> draft.timeouts = timeouts);
    }

    /**
     * The same service with other retries.
     *
     * @param retry see {@link #retry()}
     * @return a copy
     */
    public ServiceSpec withRetry(RetrySpec retry) {
        return with(draft -> draft.retry = retry);
    }

    /**
     * The same service with another number of attempts.
     *
     * @param attempts see {@link RetrySpec#attempts()}
     * @return a copy
     */
    public ServiceSpec withAttempts(int attempts) {
        return withRetry(retry.withAttempts(attempts));
    }

    /**
     * The same service with another Host header.
     *
     * @param hostHeader see {@link #hostHeader()}
     * @return a copy
     */
    public ServiceSpec withHostHeader(HostHeader hostHeader) {
        return with(draft -> draft.hostHeader = hostHeader);
    }

    /**
     * The same service with another way to judge its endpoints.
     *
     * @param health see {@link #health()}
     * @return a copy
     */
    public ServiceSpec withHealth(HealthSpec health) {
        return with(draft -> draft.health = health);
    }

    /**
     * The same service with other limits.
     *
     * @param limits see {@link #limits()}
     * @return a copy
     */
    public ServiceSpec withLimits(Limits limits) {
        return with(draft -> draft.limits = limits);
    }

    /**
     * The same service with other limits of answers.
     *
     * @param answers see {@link #answers()}
     * @return a copy
     */
    public ServiceSpec withAnswers(AnswerLimits answers) {
        return with(draft -> draft.answers = answers);
    }

    /**
     * The same service with another fallback.
     *
     * @param fallback see {@link #fallback()}
     * @return a copy
     */
    public ServiceSpec withFallback(@Nullable Fallback fallback) {
        return with(draft -> draft.fallback = fallback);
    }

    /**
     * The same service with or without PROXY headers to its endpoints.
     *
     * @param proxyProtocol see {@link #proxyProtocol()}
     * @return a copy
     */
    public ServiceSpec withProxyProtocol(ProxyProtocol proxyProtocol) {
        return with(draft -> draft.proxyProtocol = proxyProtocol);
    }

    /**
     * The same service with another rule beside its own.
     *
     * @param shadow see {@link #shadow()}
     * @return a copy
     */
    public ServiceSpec withShadow(@Nullable ShadowSpec shadow) {
        return with(draft -> draft.shadow = shadow);
    }

    /**
     * The same service, called by TLS or not.
     *
     * @param tls see {@link #tls()}
     * @return a copy
     */
    public ServiceSpec withTls(@Nullable UpstreamTls tls) {
        return with(draft -> draft.tls = tls);
    }

    /**
     * The same service that does otherwise with what its endpoints report.
     *
     * @param loadReports see {@link #loadReports()}
     * @return a copy
     */
    public ServiceSpec withLoadReports(LoadReports loadReports) {
        return with(draft -> draft.loadReports = loadReports);
    }

    private ServiceSpec with(Consumer<ServiceDraft> change) {
        var draft = new ServiceDraft(this);
        change.accept(draft);
        return draft.spec();
    }
}
