package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.Penstock;
import dev.penstock.Table;
import dev.penstock.service.Service;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What runs, in pieces that are numbered as they change: one per service, one for the program. Looked at when a reader asks, at
 * most once a second for all readers together; without readers it costs nothing. Holds one text per service. Thread-safe.
 */
final class EventFeed {
    /** Services of one event. */
    static final int MOST_AT_ONCE = 200;

    /** Of the texts of these services together, in characters, if they are more than one. */
    static final int MOST_TEXT = 256 << 10;

    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final Penstock penstock;
    private final Supplier<Status> status;
    private final Supplier<ProgramFacts> facts;
    private final Ticker ticker;

    // All that follows is guarded by this.
    private final Map<String, Piece> services = new LinkedHashMap<>(); // in the order of their numbers
    private List<String> names = List.of();
    private long namesNumber;
    private Piece program = new Piece("", 0);
    private long number;
    private long definitions;
    private long takenNanos;

    EventFeed(Penstock penstock, Supplier<Status> status, Supplier<ProgramFacts> facts, Ticker ticker) {
        this.penstock = penstock;
        this.status = status;
        this.facts = facts;
        this.ticker = ticker;
        this.takenNanos = ticker.nanos() - INTERVAL_NANOS;
    }

    /** A text, and the number of its last change. */
    private record Piece(String json, long number) {}

    /**
     * What has changed since a reader was told.
     *
     * @param version to be asked with the next time; below the newest where one event is not enough
     * @param definitions the version of what is defined
     * @param json what is to be told, one line
     */
    record News(long version, long definitions, String json) {}

    /** What has changed since a version that was told, 0: all. */
    synchronized News since(long version) {
        long now = ticker.nanos();
        if (now - takenNanos >= INTERVAL_NANOS) {
            take(now);
            takenNanos = now;
        }
        return news(version);
    }

    private void take(long now) {
        Table table = penstock.table();
        ProgramFacts told = facts.get();
        definitions = table.version();
        Piece before = program;
        program = piece(before, Json.compact(out -> LiveJson.program(out, penstock, table, told, status.get())));
        List<String> present = new ArrayList<>();
        var entrances = new Entrances(table, told);
        for (Service service : table.services()) {
            String name = service.spec().name().value();
            present.add(name);
            String json = Json.compact(out -> LiveJson.service(out, service, entrances, now));
            Piece old = services.get(name);
            if (old == null || !old.json().equals(json)) {
                services.remove(name); // to the end of the order
                services.put(name, new Piece(json, ++number));
            }
        }
        if (!present.equals(names)) {
            names = List.copyOf(present);
            Set<String> left = new HashSet<>(present);
            services.keySet().retainAll(left);
            namesNumber = ++number;
        }
    }

    private Piece piece(Piece old, String json) {
        return old.json().equals(json) ? old : new Piece(json, ++number);
    }

    private News news(long version) {
        List<Piece> changed = services.values().stream()
                .filter(piece -> piece.number() > version)
                .limit(MOST_AT_ONCE + 1L)
                .toList();
        List<Piece> told = changed.subList(0, fitting(changed));
        boolean more = told.size() < changed.size();
        String json = Json.compact(out -> {
            out.writeStartObject();
            if (program.number() > version) {
                out.writeFieldName("program");
                out.writeRawValue(program.json());
            }
            if (namesNumber > version) {
                Json.texts(out, "names", names);
            }
            pieces(out, told);
            out.writeBooleanField("more", more);
            out.writeEndObject();
        });
        return new News(more ? told.get(told.size() - 1).number() : number, definitions, json);
    }

    /** How many of them one event takes: at least one, if there are any. */
    private static int fitting(List<Piece> pieces) {
        int count = 0;
        long text = 0;
        while (count < Math.min(pieces.size(), MOST_AT_ONCE)) {
            text += pieces.get(count).json().length();
            if (count > 0 && text > MOST_TEXT) {
                break;
            }
            count++;
        }
        return count;
    }

    private static void pieces(JsonGenerator out, List<Piece> pieces) throws IOException {
        out.writeArrayFieldStart("services");
        for (Piece piece : pieces) {
            out.writeRawValue(piece.json());
        }
        out.writeEndArray();
    }
}
