package dev.penstock.admin;

import dev.penstock.Penstock;
import dev.penstock.admin.NativeDocument.Kind;
import dev.penstock.admin.Operation.Call;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native API, {@code /v1}: what runs, what the API itself defines, and changes of both. Thread-safe. */
final class NativeApi {
    private static final Logger LOG = LoggerFactory.getLogger(NativeApi.class);
    private static final String ROOT = "/v1";

    /** Drains, which wait, and plans, which compute: of the 64 threads that answer, beside those that {@link Writers} take. */
    private static final int MOST_BESIDE = 4;

    private final List<Operation> operations = new ArrayList<>();
    private final NativeCatalog catalog;

    NativeApi(
            Penstock penstock,
            Supplier<Status> status,
            Supplier<ProgramFacts> facts,
            Ticker ticker,
            ApiSetup setup,
            ServerCatalog servers,
            Writers writers) {
        catalog = new NativeCatalog(penstock, setup, writers);
        var live = new LiveViews(penstock, facts, ticker);
        var places = new Places("drains and plans", MOST_BESIDE);
        var drains = new DrainActions(penstock, places);
        var decisions = new DecisionActions(penstock, setup.reader(), places);
        var history = new HistoryActions(penstock, servers, catalog, writers);
        on("GET", "/v1/services", call -> live.services());
        on("GET", "/v1/services/{name}", call -> live.service(call.name()));
        on("POST", "/v1/services/{name}/drain", call -> drains.service(call.name(), true));
        on("POST", "/v1/services/{name}/undrain", call -> drains.service(call.name(), false));
        on(
                "POST",
                "/v1/services/{name}/endpoints/{id}/drain",
                call -> drains.endpoint(call.name(), call.names().get(1), true));
        on(
                "POST",
                "/v1/services/{name}/endpoints/{id}/undrain",
                call -> drains.endpoint(call.name(), call.names().get(1), false));
        on("GET", "/v1/routes", call -> live.routes());
        on("GET", "/v1/listeners", call -> live.listeners());
        on("GET", "/v1/listeners/{name}", call -> live.listener(call.name()));
        on("GET", "/v1/endpoints", call -> live.endpoints());
        on("GET", "/v1/sources", call -> live.sources());
        on(
                "GET",
                "/v1/config",
                call -> json(NativeDocument.pretty(catalog.document().tree())));
        change("PUT", "/v1/config", call -> PlannedJson.answer(catalog.put(call.request(), call.dryRun())));
        for (Kind kind : Kind.values()) {
            String path = "/v1/config/" + kind.key() + "/{name}";
            on("GET", path, call -> item(kind, call.name()));
            change("PUT", path, call -> put(kind, call));
            change("DELETE", path, call -> remove(kind, call));
        }
        on("POST", "/v1/explain", call -> decisions.explain(call.request().body()));
        on("POST", "/v1/plan", call -> decisions.plan(call.request().body()));
        on("GET", "/v1/history", call -> history.all());
        on("GET", "/v1/history/{number}", call -> history.one(call.number()));
        change("POST", "/v1/history/{number}/rollback", call -> history.rollback(call.number(), call.dryRun()));
        var events = new EventStreams(new EventFeed(penstock, status, facts, ticker), ticker);
        on("GET", "/v1/events", call -> events.open(call.request()));
        on("GET", "/v1/openapi.json", call -> json(document()));
    }

    private void on(String method, String template, Function<Call, AdminResponse> does) {
        operations.add(new Operation(method, template, false, does));
    }

    /** One that takes a dry run. */
    private void change(String method, String template, Function<Call, AdminResponse> does) {
        operations.add(new Operation(method, template, true, does));
    }

    /** Whether a path is one of this API, or looks like one. */
    static boolean isAt(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** Answers a request whose path {@link #isAt} this API. */
    AdminResponse answer(AdminRequest request) {
        try {
            AdminResponse answer = perform(request);
            boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
            boolean whole = !request.path().equals("/v1/events");
            return reads && whole && answer.status() == 200 ? answer.unlessKnown(request) : answer;
        } catch (ApiProblem e) {
            return e.problem();
        } catch (RuntimeException e) {
            LOG.error("a fault of the program", e);
            return new ApiProblem(500, "a fault of the program, see its log").problem();
        }
    }

    private AdminResponse perform(AdminRequest request) {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        Set<String> allowed = new TreeSet<>();
        for (Operation operation : operations) {
            List<String> names = operation.names(request.path());
            if (names != null && operation.method().equals(method)) {
                checkType(operation, request);
                operation.checkQuery(request.query());
                return operation.does().apply(new Call(request, names));
            } else if (names != null) {
                allowed.add(operation.method());
                if (operation.reads()) {
                    allowed.add("HEAD");
                }
            }
        }
        if (allowed.isEmpty()) {
            throw new ApiProblem(404, "path: no such one (expected: one of those that /v1/openapi.json tells)");
        }
        String methods = String.join(", ", allowed);
        return new ApiProblem(405, "method not allowed (expected: " + methods + ")")
                .problem()
                .with("Allow", methods);
    }

    /** Pages of other sites can send forms and texts without being asked, but nothing that says it is JSON. */
    private static void checkType(Operation operation, AdminRequest request) {
        String type = request.header("content-type").toLowerCase(Locale.ROOT);
        int end = type.indexOf(';');
        if (operation.hasBody()
                && !(end < 0 ? type : type.substring(0, end)).strip().equals("application/json")) {
            throw new ApiProblem(
                    415,
                    "Content-Type: " + (type.isEmpty() ? "none" : '"' + type + '"') + " (expected: application/json)");
        }
    }

    private static AdminResponse json(String body) {
        return AdminResponse.of(200, "application/json", body);
    }

    private AdminResponse item(Kind kind, String name) {
        var item = catalog.document().item(kind, name);
        if (item == null) {
            throw NativeCatalog.unknown(kind, name);
        }
        return json(NativeDocument.pretty(item));
    }

    private AdminResponse put(Kind kind, Call call) {
        return PlannedJson.answer(catalog.put(kind, call.name(), call.request(), call.dryRun()));
    }

    private AdminResponse remove(Kind kind, Call call) {
        return PlannedJson.answer(catalog.remove(kind, call.name(), call.request(), call.dryRun()));
    }

    private static String document() {
        try (InputStream in = NativeApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json: missing (expected: beside this class)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
