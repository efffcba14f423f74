package dev.penstock.examples;

import dev.penstock.Penstock;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import java.util.function.Function;

/** Which endpoint is next for this host and path? With core only: no proxy, no Netty. */
public final class BalancerAlone implements AutoCloseable {
    private final Penstock penstock = Penstock.builder()
            .service(
                    ServiceSpec.of("orders", "127.0.0.1:9001", "127.0.0.1:9002").withBalancer("p2c"))
            .service(ServiceSpec.of("site", "127.0.0.1:9003"))
            .route(Match.ALL.withHost("www.example.com").withPath(new PathMatch.Prefix("/orders")), "orders")
            .route(Match.ALL.withHost("*.example.com"), "site")
            .build();

    /**
     * Calls the next endpoint and reports how that ended, which the next choice takes into account.
     *
     * @param host as in {@code www.example.com}
     * @param path as in {@code /orders/7}
     * @param call given {@code host:port}; true if all went well
     * @return what became of it
     */
    public String call(String host, String path, Function<String, Boolean> call) {
        return penstock.acquire(PlainRequest.get("http://" + host + path))
                .fold(
                        lease -> {
                            boolean fine = call.apply(lease.endpoint().address());
                            lease.complete(fine ? Outcome.SUCCESS : Outcome.BROKEN);
                            return lease.endpoint().address() + (fine ? " answered" : " failed");
                        },
                        refusal -> "refused: " + refusal.reason());
    }

    @Override
    public void close() {
        penstock.close();
    }
}
