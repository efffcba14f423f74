package dev.penstock.proxy;

import dev.penstock.middleware.GateAttachment;
import dev.penstock.middleware.HeaderEdits;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import java.util.List;
import java.util.Map;

/** The changes of headers of a route, their names as heads know them: read once, not for each request. Immutable. */
final class NamedEdits {
    /** Where a gate keeps its own. */
    static final GateAttachment<NamedEdits> KEY = new GateAttachment<>(NamedEdits::new);

    private record Line(FieldName name, String value) {
        static List<Line> all(Map<String, String> lines) {
            return lines.entrySet().stream()
                    .map(line -> new Line(FieldName.of(line.getKey()), line.getValue()))
                    .toList();
        }
    }

    private record Piece(boolean answers, List<FieldName> remove, List<Line> set, List<Line> add) {
        static Piece of(HeaderEdits edits) {
            return new Piece(
                    edits.answers(),
                    edits.remove().stream().map(FieldName::of).toList(),
                    Line.all(edits.set()),
                    Line.all(edits.add()));
        }

        void apply(Fields headers) {
            remove.forEach(headers::remove);
            set.forEach(line -> headers.set(line.name, line.value));
            add.forEach(line -> headers.add(line.name, line.value));
        }
    }

    private final List<Piece> pieces;

    private NamedEdits(List<HeaderEdits> edits) {
        pieces = edits.stream().map(Piece::of).toList();
    }

    /** Changes the headers of a request or of its answer. */
    void apply(Fields headers, boolean answer) {
        for (Piece piece : pieces) {
            if (piece.answers == answer) {
                piece.apply(headers);
            }
        }
    }
}
