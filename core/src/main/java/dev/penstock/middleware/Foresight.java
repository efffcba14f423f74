package dev.penstock.middleware;

import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes through middleware without a trace, for explanations. Confined to one explanation. */
final class Foresight {
    private final Passage passage;
    private final Request request;
    private final List<Foreseen> found = new ArrayList<>();
    private boolean over;

    Foresight(Passage passage, Request request) {
        this.passage = passage;
        this.request = request;
    }

    List<Foreseen> found() {
        return found;
    }

    void look(Middleware piece, @Nullable Step step) {
        if (over) {
            found.add(new Foreseen(piece.text(), "not be reached", 0));
            return;
        }
        String before = passage.path();
        Verdict verdict = step == null ? Verdict.PASS : step.foresee(passage);
        over = verdict instanceof Verdict.Answered;
        int status = verdict instanceof Verdict.Answered answered ? answered.status() : 0;
        found.add(new Foreseen(piece.text(), step == null ? ofLater(piece) : text(verdict, before), status));
    }

    /** Tells whether a piece bounds the body, and the head says already that this one is longer. */
    boolean isTooLongFor(Middleware piece) {
        return piece instanceof BodyLimit limit && length() > limit.bytes();
    }

    /** Where the body is too long no piece but those that bound it has a word. */
    void lookAtLength(Middleware piece) {
        boolean ends = !over && isTooLongFor(piece);
        over |= ends;
        found.add(new Foreseen(piece.text(), ends ? "answer 413" : "not be reached", ends ? 413 : 0));
    }

    private String text(Verdict verdict, String before) {
        if (verdict instanceof Verdict.Answered answered) {
            String location = answered.headers().getOrDefault("Location", "");
            int query = location.indexOf('?'); // which may hold secrets
            return "answer " + answered.status()
                    + (answered.reason().isEmpty() ? "" : " " + answered.reason())
                    + (location.isEmpty() ? "" : ", to " + (query < 0 ? location : location.substring(0, query)));
        }
        if (verdict instanceof Verdict.Undecided) {
            return "let it pass if the password is right";
        }
        return passage.path().equals(before) ? "let it pass" : "make the path " + passage.path();
    }

    private long length() {
        String length = request.header("content-length");
        return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : -1;
    }

    private static String ofLater(Middleware piece) {
        if (piece instanceof HeaderEdits edits) {
            return "change the headers of the " + (edits.answers() ? "answer" : "request");
        } else if (piece instanceof Compression) {
            return "compress the answer if it is of such a kind and the client takes it";
        } else if (piece instanceof Split) {
            return "choose a service by turns";
        }
        return "let it pass";
    }
}
