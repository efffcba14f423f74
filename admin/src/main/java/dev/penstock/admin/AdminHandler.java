package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import dev.penstock.Penstock;
import dev.penstock.time.Ticker;
import java.util.function.Supplier;

/**
 * Answers {@code /status}, {@code /state} and {@code /metrics}, and the API of servers, {@code /} and {@code /server}, which
 * also changes them. Thread-safe; a change returns once it serves.
 */
public final class AdminHandler {
    private static final String READ = "GET, HEAD";

    private final Penstock penstock;
    private final Supplier<Status> status;
    private final Supplier<ProgramFacts> facts;
    private final Supplier<String> metrics;
    private final Ticker ticker;
    private final ServerApi servers;
    private final Guard guard;

    /**
     * A handler.
     *
     * @param penstock what decides
     * @param status whether the program serves now
     * @param facts what the program says of itself
     * @param metrics what it counts, in the text format of Prometheus
     * @param ticker tells ages; the one that the services go by
     * @param api what the API of servers goes by
     */
    public AdminHandler(
            Penstock penstock,
            Supplier<Status> status,
            Supplier<ProgramFacts> facts,
            Supplier<String> metrics,
            Ticker ticker,
            ApiSetup api) {
        this.penstock = requireNonNull(penstock, "penstock");
        this.status = requireNonNull(status, "status");
        this.facts = requireNonNull(facts, "facts");
        this.metrics = requireNonNull(metrics, "metrics");
        this.ticker = requireNonNull(ticker, "ticker");
        this.servers = new ServerApi(new ServerCatalog(
                penstock, api.listeners(), api.settings().api().override()));
        this.guard = new Guard(api.settings());
    }

    /**
     * Answers a request.
     *
     * @param request what is asked
     * @return 401 or 403 for who may not ask, 404 for an unknown path, 405 for a method that the path does not take
     */
    public AdminResponse handle(AdminRequest request) {
        AdminResponse refusal = guard.refusal(request);
        return refusal == null ? allowed(request) : refusal;
    }

    private AdminResponse allowed(AdminRequest request) {
        return switch (request.path()) {
            case "/status" -> read(request, this::status);
            case "/state" -> read(request, this::state);
            case "/metrics" -> read(request, () -> AdminResponse.metrics(metrics.get()));
            default -> servers(request);
        };
    }

    private AdminResponse servers(AdminRequest request) {
        AdminResponse answer = servers.answer(request);
        return answer == null
                ? AdminResponse.json(
                        404,
                        Json.error("no such path (expected: /, /server, one below it, /status, /state or /metrics)"))
                : answer;
    }

    private static AdminResponse read(AdminRequest request, Supplier<AdminResponse> answer) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return reads ? answer.get() : AdminResponse.notAllowed(READ);
    }

    private AdminResponse status() {
        Status now = status.get();
        return AdminResponse.text(now.httpStatus(), now.name());
    }

    private AdminResponse state() {
        return AdminResponse.json(200, Json.state(facts.get(), status.get(), penstock, ticker.nanos()));
    }
}
