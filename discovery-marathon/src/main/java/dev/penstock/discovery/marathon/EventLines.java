package dev.penstock.discovery.marathon;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of server-sent events and tells the type of each, once. Confined to its stream, but for {@link #cancel()}.
 *
 * <p>The type stands in a line {@code event:}; some versions, and what stands between, leave it out: then it is the
 * {@code eventType} of the data. Of a line only the beginning is kept.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class EventLines implements Flow.Subscriber<List<ByteBuffer>> {
    /** What is told of an event whose type does not stand in the beginning of its data. */
    static final String UNKNOWN = "";

    private static final int LONGEST = 64 << 10;
    private static final Pattern TYPE = Pattern.compile("\"eventType\"\\s*:\\s*\"([A-Za-z_]{1,100})\"");

    private final Consumer<String> event;
    private final Runnable bytes;
    private final Consumer<String> end;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean cut;
    private boolean told;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean cancelled;

    /**
     * Reads nothing yet.
     *
     * @param event told the type of each event as soon as it is known
     * @param bytes told whenever some came
     * @param end told once why the stream ended
     */
    EventLines(Consumer<String> event, Runnable bytes, Consumer<String> end) {
        this.event = event;
        this.bytes = bytes;
        this.end = end;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (cancelled) {
            given.cancel();
        } else {
            given.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        bytes.run();
        for (ByteBuffer buffer : item) {
            while (buffer.hasRemaining()) {
                take(buffer.get());
            }
        }
    }

    private void take(byte next) {
        if (next == '\n') {
            String whole = line.toString(StandardCharsets.UTF_8);
            line.reset();
            line(whole.endsWith("\r") ? whole.substring(0, whole.length() - 1) : whole);
            cut = false;
        } else if (line.size() < LONGEST) {
            line.write(next);
        } else {
            cut = true;
        }
    }

    private void line(String text) {
        if (text.isEmpty()) {
            told = false; // the event is over; Marathon sends such lines as a sign of life, too
        } else if (!told && text.startsWith("event:")) {
            tell(text.substring("event:".length()).strip());
        } else if (!told && text.startsWith("data:")) {
            Matcher type = TYPE.matcher(text);
            if (type.find()) {
                tell(type.group(1));
            } else if (cut) {
                tell(UNKNOWN);
            }
        }
    }

    private void tell(String type) {
        told = true;
        event.accept(type);
    }

    @Override
    public void onError(Throwable problem) {
        String message = problem.getMessage();
        end.accept(message == null ? problem.getClass().getSimpleName() : message);
    }

    @Override
    public void onComplete() {
        end.accept("it ended");
    }

    /** Ends the stream; nobody is told. */
    void cancel() {
        cancelled = true;
        Flow.Subscription known = subscription;
        if (known != null) {
            known.cancel();
        }
    }
}
