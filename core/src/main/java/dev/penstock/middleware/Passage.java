package dev.penstock.middleware;

import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.List;

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
    private volatile boolean checked;
    private volatile boolean right;

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
        atEnd.forEach(Runnable::run);
        atEnd.clear();
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

    /** Whether the credentials have been checked; {@link #isRight()} says the outcome. */
    boolean isChecked() {
        return checked;
    }

    boolean isRight() {
        return right;
    }

    void checked(boolean outcome) {
        right = outcome;
        checked = true;
    }
}
