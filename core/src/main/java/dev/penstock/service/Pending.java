package dev.penstock.service;

import dev.penstock.limit.Gate;
import dev.penstock.limit.Place;
import dev.penstock.request.Request;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request in the line before a service. Confined to its executor, which is where it is told to come. */
final class Pending implements Gate.Waiter, Waiting {
    private final Admission admission;
    private final Gate gate;
    private final Request request;
    private final Executor executor;
    private final Consumer<? super Decision> later;
    private @Nullable Place place;
    private boolean over;

    Pending(Admission admission, Gate gate, Request request, Executor executor, Consumer<? super Decision> later) {
        this.admission = admission;
        this.gate = gate;
        this.request = request;
        this.executor = executor;
        this.later = later;
    }

    /** Lines up; by now there may be room: then it is let in at once. False if as many wait as may. */
    boolean lineUp() {
        long turn = gate.turn();
        boolean inside = gate.enter();
        if (inside) {
            Decision decision = admission.pick(request);
            if (!admission.isFull(decision)) {
                if (!told(() -> decided(decision))) {
                    cancel();
                    decided(decision);
                }
                return true;
            }
        }
        place = gate.lineUp(this, turn, inside);
        if (place == null && inside) {
            gate.leave();
        }
        return place != null;
    }

    @Override
    public boolean admitted(Place place) {
        return told(() -> enter(place));
    }

    private void enter(Place place) {
        if (over) {
            gate.leave();
            return;
        }
        long turn = gate.turn();
        Decision decision = admission.pick(request);
        if (admission.isFull(decision)) {
            gate.lineUpAgain(place, turn);
        } else {
            decided(decision);
        }
    }

    private void decided(Decision decision) {
        if (decision instanceof Lease lease) {
            if (over) {
                lease.close();
                return;
            }
            admission.handOn();
        } else {
            gate.leave();
        }
        tell(decision);
    }

    @Override
    public void sentAway(boolean shed) {
        Refusal refusal = admission.sentAway(shed);
        told(() -> tell(refusal));
    }

    private void tell(Decision decision) {
        if (!over) {
            over = true;
            later.accept(decision);
        }
    }

    private boolean told(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false; // its thread has ended: nobody is there to be told
        }
    }

    @Override
    public void cancel() {
        over = true;
        if (place != null) {
            gate.cancel(place);
        }
    }
}
