package dev.penstock.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.penstock.Penstock;
import dev.penstock.time.Ticker;
import java.net.URLDecoder;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /status}, {@code /state} and {@code /metrics}, the page for people, {@code /ui}, the API of servers, {@code /}
 * and {@code /server}, and the native one, {@code /v1}; these also change what runs. Thread-safe; a change returns once it serves.
 */
public final class AdminHandler {
    private static final String READ = "GET, HEAD";
    private static final String RECENT = "/recent";
    private static final Pattern LIMIT = Pattern.compile("(?:limit=([0-9]{1,6}))?");

    private final Penstock penstock;
    private final Supplier<Status> status;
    private final Supplier<ProgramFacts> facts;
    private final Supplier<List<byte[]>> metrics;
    private final Ticker ticker;
    private final ServerApi servers;
    private final NativeApi natives;
    private final Dashboard dashboard = new Dashboard();
    private final Guard guard;
    private final @Nullable RecentExchanges recent;

    /**
     * A handler that tells nothing of single requests.
     *
     * @param penstock what decides
     * @param status whether the program serves now
     * @param facts what the program says of itself
     * @param metrics what it counts, in the text format of Prometheus: UTF-8, in pieces of any size
     * @param ticker tells ages; the one that the services go by
     * @param api what the API goes by
     * @throws IllegalArgumentException if a catalog is called as the sources of the API are
     */
    public AdminHandler(
            Penstock penstock,
            Supplier<Status> status,
            Supplier<ProgramFacts> facts,
            Supplier<List<byte[]>> metrics,
            Ticker ticker,
            ApiSetup api) {
        this(penstock, status, facts, metrics, ticker, api, null);
    }

    /**
     * A handler.
     *
     * @param penstock what decides
     * @param status whether the program serves now
     * @param facts what the program says of itself
     * @param metrics what it counts, in the text format of Prometheus: UTF-8, in pieces of any size
     * @param ticker tells ages; the one that the services go by
     * @param api what the API of servers goes by
     * @param recent the last exchanges that did not go well; null if they are not kept
     */
    public AdminHandler(
            Penstock penstock,
            Supplier<Status> status,
            Supplier<ProgramFacts> facts,
            Supplier<List<byte[]>> metrics,
            Ticker ticker,
            ApiSetup api,
            @Nullable RecentExchanges recent) {
        this.penstock = requireNonNull(penstock, "penstock");
        this.status = requireNonNull(status, "status");
        this.facts = requireNonNull(facts, "facts");
        this.metrics = requireNonNull(metrics, "metrics");
        this.ticker = requireNonNull(ticker, "ticker");
        penstock.catalogs().forEach(catalog -> refuseOwn("catalog", catalog.source()));
        var writers = new Writers();
        var catalog = new ServerCatalog(
                penstock, api.listeners(), api.settings().api().override(), writers);
        this.servers = new ServerApi(catalog);
        this.natives = new NativeApi(penstock, status, facts, ticker, api, catalog, writers);
        this.guard = new Guard(api.settings(), dashboard::isAt);
        this.recent = recent;
    }

    /**
     * Refuses the names that definitions of the API say of their source.
     *
     * @param what has the name, as in {@code catalog}
     * @param source the name
     * @throws IllegalArgumentException if it is {@code api} or {@code api/v1}
     */
    public static void refuseOwn(String what, String source) {
        if (source.equals(ServerCatalog.SOURCE) || source.equals(NativeCatalog.SOURCE)) {
            throw new IllegalArgumentException(
                    what + ": \"" + source + "\" (expected: another name, this one is the admin API's own)");
        }
    }

    /**
     * Answers a request.
     *
     * @param request what is asked
     * @return 401 or 403 for who may not ask, 404 for an unknown path, 405 for a method that the path does not take
     */
    public AdminResponse handle(AdminRequest request) {
        ApiProblem refusal = guard.refusal(request);
        if (refusal == null && request.malformedAt() >= 0) {
            refusal = new ApiProblem(400, "body: byte " + request.malformedAt() + " (expected: a text in UTF-8)");
        }
        if (refusal == null) {
            return allowed(request);
        }
        AdminResponse answer = NativeApi.isAt(request.path()) ? refusal.problem() : refusal.answer();
        return refusal.status() == 401 ? answer.with("WWW-Authenticate", "Bearer") : answer;
    }

    private AdminResponse allowed(AdminRequest request) {
        if (NativeApi.isAt(request.path())) {
            return natives.answer(request);
        }
        return switch (request.path()) {
            case "/status" -> read(request, this::status);
            case "/state" -> read(request, this::state);
            case "/metrics" -> read(request, () -> AdminResponse.metrics(metrics.get()));
            default -> {
                String service = recent == null ? null : serviceOfRecent(request.path());
                AdminResponse page = dashboard.answer(request);
                yield page != null
                        ? read(request, () -> page)
                        : service == null ? servers(request) : read(request, () -> recent(request, service));
            }
        };
    }

    private AdminResponse servers(AdminRequest request) {
        AdminResponse answer = servers.answer(request);
        return answer == null
                ? AdminResponse.json(
                        404,
                        Json.error(
                                "no such path (expected: /ui, /, /server, /v1, one below these, /status, /state or /metrics)"))
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

    /** Of {@code /recent/NAME} the name, of {@code /recent} an empty one; null for other paths. */
    private static @Nullable String serviceOfRecent(String path) {
        if (path.equals(RECENT)) {
            return "";
        }
        return path.startsWith(RECENT + "/") ? path.substring(RECENT.length() + 1) : null;
    }

    private AdminResponse recent(AdminRequest request, String service) {
        Matcher limit = LIMIT.matcher(request.query());
        int most =
                !limit.matches() ? 0 : limit.group(1) == null ? RecentExchanges.MOST : Integer.parseInt(limit.group(1));
        if (most < 1 || most > RecentExchanges.MOST) {
            return AdminResponse.json(
                    400,
                    Json.error("query: \"" + request.query() + "\" (expected: none, or limit=1.." + RecentExchanges.MOST
                            + ")"));
        }
        RecentExchanges kept = requireNonNull(recent, "recent");
        try {
            String name = URLDecoder.decode(service.replace("+", "%2B"), UTF_8);
            return AdminResponse.json(200, kept.json(name, most)).unlessKnown(request);
        } catch (IllegalArgumentException e) {
            return AdminResponse.json(400, Json.error("path: \"" + service + "\" (expected: the name of a service)"));
        }
    }

    private AdminResponse state() {
        return AdminResponse.json(200, Json.state(facts.get(), status.get(), penstock, ticker.nanos()));
    }
}
