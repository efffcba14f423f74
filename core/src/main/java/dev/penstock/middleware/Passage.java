package dev.penstock.middleware;

import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request through the middleware of its route. Confined to the thread of its request, but for the work of an
 * {@link Verdict.Undecided}.
 */
public final class Passage {
    private final RouteGate gate;
    private final Request request;
    private final String scheme;
    private final List<Runnable> atEnd = new ArrayList<>(1);
    private String path;
    private int next;
    private volatile @Nullable Boolean outcome;
    private volatile boolean over;

    Passage(RouteGate gate, Request request, String scheme) {
        this.gate = gate;
        this.request = request;
        this.scheme = scheme;
        this.path = request.path();
    }

    /**
     * Goes on from where it stands.
     *
     * @return what becomes of the request
     */
    public Verdict go() {
        while (next < gate.steps().size()) {
            Verdict verdict = gate.steps().get(next).pass(this);
            if (verdict != Verdict.PASS) {
                if (verdict instanceof Verdict.Answered answered) {
                    gate.count(answered);
                }
                return verdict;
            }
            next++;
        }
        return Verdict.PASS;
    }

    /**
     * The path that the service is asked for.
     *
     * @return raw, without query
     */
    public String path() {
        return path;
    }

    /** Gives back what the request held; to be called once, whatever became of it. */
    public void end() {
        over = true;
        atEnd.forEach(Runnable::run);
        atEnd.clear();
    }

    /** Tells whether the request has ended. Thread-safe. */
    boolean isOver() {
        return over;
    }

    Request request() {
        return request;
    }

    String scheme() {
        return scheme;
    }

    void path(String path) {
        this.path = path;
    }

    void atEnd(Runnable release) {
        atEnd.add(release);
    }

    /** Whether the credentials that were checked are right; null if none were. Told once: another piece has other users. */
    @Nullable
    Boolean takeOutcome() {
        Boolean told = outcome;
        outcome = null;
        return told;
    }

    void checked(boolean right) {
        outcome = right;
    }
}
