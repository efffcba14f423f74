package dev.penstock.proxy;

import dev.penstock.middleware.Passage;
import dev.penstock.middleware.RouteGate;
import dev.penstock.middleware.Verdict;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request before the middleware of its route. Confined to the event loop of its client. */
final class Checkpoint {
    private final RouteGate gate;
    private final DownstreamRequest request;
    private final Passage passage;
    private boolean over;

    Checkpoint(RouteGate gate, DownstreamRequest request) {
        this.gate = gate;
        this.request = request;
        String scheme = request.head().message().fields().get(FieldName.X_FORWARDED_PROTO);
        this.passage = gate.enter(request.head(), "https".equalsIgnoreCase(scheme) ? "https" : "http");
    }

    RouteGate gate() {
        return gate;
    }

    /** Finds out whether the request may pass; may take a while, and then goes on by itself. */
    void go(Runnable onPass, Consumer<ErrorAnswer> onAnswer) {
        Verdict verdict = passage.go();
        if (verdict instanceof Verdict.Answered answered) {
            onAnswer.accept(ErrorAnswer.of(answered));
        } else if (verdict instanceof Verdict.Undecided undecided) {
            gate.checks().execute(() -> {
                Throwable fault = fault(undecided.work());
                request.guard().soon(() -> goOn(fault, onPass, onAnswer));
            });
        } else {
            alter();
            onPass.run();
        }
    }

    private static @Nullable Throwable fault(Runnable work) {
        try {
            work.run();
            return null;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            return e;
        }
    }

    private void goOn(@Nullable Throwable fault, Runnable onPass, Consumer<ErrorAnswer> onAnswer) {
        if (over) {
            return; // the client has left meanwhile
        }
        if (fault == null) {
            go(onPass, onAnswer);
        } else {
            request.guard().failed(fault);
        }
    }

    private void alter() {
        RequestHead head = request.head();
        Fields headers = head.message().fields();
        if (!passage.path().equals(head.path())) {
            head.message().target(head.query().isEmpty() ? passage.path() : passage.path() + "?" + head.query());
        }
        if (gate.hidesCredentials()) {
            headers.remove(FieldName.AUTHORIZATION);
        }
        edit(headers, false);
    }

    /** Changes the headers of the request or of its answer. */
    void edit(Fields headers, boolean answer) {
        gate.attachment(NamedEdits.KEY).apply(headers, answer);
    }

    /** The request is over. */
    void end() {
        if (!over) {
            over = true;
            passage.end();
        }
    }
}
