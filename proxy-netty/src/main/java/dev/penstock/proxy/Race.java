package dev.penstock.proxy;

import dev.penstock.load.Outcome;
import io.netty.handler.codec.http.HttpContent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts at one request that are under way, and the one that is chosen for its answer. Passes bytes and their flow
 * between the client and them. Confined to the event loop of the client.
 */
final class Race {
    private final DownstreamConnection client;
    private final RequestBody body;
    private final List<Attempt> open = new ArrayList<>(1);
    private @Nullable Attempt chosen;

    Race(DownstreamRequest request) {
        this.client = request.client();
        this.body = request.body();
    }

    // ---- who takes part

    void join(Attempt attempt) {
        open.add(attempt);
    }

    void leave(Attempt attempt) {
        open.remove(attempt);
        if (attempt == chosen) {
            chosen = null;
        }
    }

    /** Tells whether an attempt takes part and none is chosen. */
    boolean has(@Nullable Attempt attempt) {
        return attempt != null && open.contains(attempt);
    }

    /** The attempts that may still be chosen. */
    int size() {
        return open.size();
    }

    boolean isDecided() {
        return chosen != null;
    }

    /** Ends all attempts but this one. */
    void choose(Attempt attempt) {
        chosen = attempt;
        open.remove(attempt);
        endOpen(Outcome.CANCELLED);
    }

    /** Ends all attempts. */
    void end(Outcome outcome) {
        if (chosen != null) {
            chosen.end(outcome);
        }
        endOpen(outcome);
    }

    private void endOpen(Outcome outcome) {
        for (Attempt attempt : open) {
            attempt.end(outcome);
        }
        open.clear();
    }

    // ---- from the client

    /** Tells whether an attempt has the request, at least its head. */
    boolean isSent() {
        return chosen != null || (!open.isEmpty() && open.get(0).isConnected());
    }

    /** Passes a piece of the body on. */
    void forward(HttpContent content) {
        body.take(content);
        Attempt to = chosen == null && !open.isEmpty() ? open.get(0) : chosen;
        if (to == null || !to.isConnected()) {
            content.release(); // it is kept, for the attempt to come
            return;
        }
        to.write(content);
        if (body.isOver() || !to.isWritable()) {
            holdBody();
        }
        watch();
    }

    void flush() {
        if (chosen != null) {
            chosen.flush();
        }
        for (Attempt attempt : open) {
            attempt.flush();
        }
    }

    // ---- from an endpoint

    /** Has the client go on with the rest of the body. */
    void takeBody() {
        if (!body.isOver()) {
            client.holdBody(false);
        }
    }

    /** Has the client wait with the rest of the body. */
    void holdBody() {
        client.holdBody(true);
        client.watch();
    }

    /** The endpoint's bytes of one read are all there. */
    void paused() {
        client.flush();
        watch();
    }

    /** An endpoint takes bytes again, or no longer. */
    void writable(Attempt attempt) {
        if (attempt.isWritable()) {
            client.buffers().countTaken();
        }
        if (!body.isOver()) {
            client.holdBody(!attempt.isWritable());
            watch();
        }
    }

    /** How many bytes wait in the connections to endpoints. */
    long heldBytes() {
        long bytes = chosen == null ? 0 : chosen.heldBytes();
        for (int i = 0; i < open.size(); i++) {
            bytes += open.get(i).heldBytes();
        }
        return bytes;
    }

    // ---- who is waited for

    /** Sets the timers of whoever is waited for now. */
    void watch() {
        if (!isSent()) {
            return;
        }
        if (chosen != null) {
            chosen.watch();
        }
        for (int i = 0; i < open.size(); i++) {
            open.get(i).watch();
        }
        client.watch();
    }
}
