package dev.penstock.examples;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.CheckResult;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.Prober;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletionStage;

/**
 * Health checks without the proxy, by the JDK's HTTP client: {@code Penstock.builder().prober(new OwnProber(client))}. What it
 * completes exceptionally is a failed check; the time-out is kept by Penstock, too.
 */
public final class OwnProber implements Prober {
    private final HttpClient client;

    /**
     * A prober of GET requests.
     *
     * @param client sends them
     */
    public OwnProber(HttpClient client) {
        this.client = client;
    }

    @Override
    public CompletionStage<CheckResult> probe(Endpoint endpoint, InetSocketAddress address, CheckSpec spec) {
        var check = (HttpCheck) spec.check();
        var request = HttpRequest.newBuilder(URI.create("http://" + endpoint.address() + check.path()))
                .timeout(spec.timeout())
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenApply(
                        answer -> new CheckResult(check.expects(answer.statusCode()), "status " + answer.statusCode()));
    }
}
