package dev.penstock.admin;

import dev.penstock.Penstock;
import dev.penstock.Table;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Route;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot;
import dev.penstock.time.Ticker;
import java.util.function.Supplier;

/** What runs, of all sources, in the words of {@code /state}. Thread-safe. */
final class LiveViews {
    private final Penstock penstock;
    private final Supplier<ProgramFacts> facts;
    private final Ticker ticker;

    LiveViews(Penstock penstock, Supplier<ProgramFacts> facts, Ticker ticker) {
        this.penstock = penstock;
        this.facts = facts;
        this.ticker = ticker;
    }

    private static AdminResponse answer(Json.Piece piece) {
        return AdminResponse.json(200, Json.object(piece));
    }

    AdminResponse services() {
        Table table = penstock.table();
        long now = ticker.nanos();
        var entrances = new Entrances(table, facts.get());
        return answer(out -> {
            out.writeArrayFieldStart("services");
            for (Service service : table.services()) {
                Json.service(out, service, entrances, now);
            }
            out.writeEndArray();
        });
    }

    AdminResponse service(String name) {
        Service service = service(penstock, name);
        var entrances = new Entrances(penstock.table(), facts.get());
        return AdminResponse.json(200, Json.value(out -> Json.service(out, service, entrances, ticker.nanos())));
    }

    /** Throws a 404 where there is none. */
    static Service service(Penstock penstock, String name) {
        Table table = penstock.table();
        return table.services().stream()
                .filter(service -> service.spec().name().value().equals(name))
                .findFirst()
                .orElseThrow(() -> new ApiProblem(404, "service: \"" + name + "\" (expected: one that there is)"));
    }

    AdminResponse routes() {
        Table table = penstock.table();
        return answer(out -> {
            out.writeArrayFieldStart("routes");
            for (Route route : table.routes()) {
                Json.route(out, route, table);
            }
            out.writeEndArray();
        });
    }

    AdminResponse listeners() {
        Table table = penstock.table();
        ProgramFacts now = facts.get();
        return answer(out -> {
            out.writeArrayFieldStart("listeners");
            for (ListenerSpec listener : table.listeners()) {
                Json.listener(out, listener, now);
            }
            out.writeEndArray();
        });
    }

    AdminResponse listener(String name) {
        ListenerSpec listener = penstock.table().listeners().stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ApiProblem(404, "listener: \"" + name + "\" (expected: one that there is)"));
        return AdminResponse.json(200, Json.value(out -> Json.listener(out, listener, facts.get())));
    }

    AdminResponse endpoints() {
        Table table = penstock.table();
        long now = ticker.nanos();
        return answer(out -> {
            out.writeObjectFieldStart("services");
            for (Service service : table.services()) {
                ServiceName name = service.spec().name();
                out.writeArrayFieldStart(name.value());
                for (Snapshot.Member member : service.snapshot().members()) {
                    Json.endpoint(out, member, service.health(member.endpoint().id()), now);
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        });
    }

    AdminResponse sources() {
        return answer(out -> {
            Json.texts(out, "given", penstock.givers());
            SourceJson.write(out, penstock, ticker.nanos());
        });
    }
}
