package dev.penstock.discovery.etcd;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a stream that matters; with it the stream is over. Confined to its exchange.
 *
 * <p>A line that is too long to be kept is news, too: what there is now is read afterwards anyway. The end of the stream
 * is an empty line.
 */
final class WatchLine implements HttpResponse.BodySubscriber<byte[]> {
    private static final int LONGEST = 1 << 20;

    private final CompletableFuture<byte[]> found = new CompletableFuture<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Predicate<byte[]> matters;
    private Flow.@Nullable Subscription subscription;

    WatchLine(Predicate<byte[]> matters) {
        this.matters = matters;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return found;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        for (ByteBuffer buffer : item) {
            byte[] piece = new byte[buffer.remaining()];
            buffer.get(piece);
            take(piece);
        }
        if (found.isDone() && subscription != null) {
            subscription.cancel();
        }
    }

    /** An event may hold a megabyte: not byte by byte. */
    private void take(byte[] piece) {
        int begin = 0;
        for (int i = 0; i < piece.length && !found.isDone(); i++) {
            if (piece[i] == '\n') {
                line.write(piece, begin, i - begin);
                begin = i + 1;
                end();
            }
        }
        if (!found.isDone()) {
            line.write(piece, begin, piece.length - begin);
            if (line.size() > LONGEST) {
                end();
            }
        }
    }

    private void end() {
        byte[] whole = line.toByteArray();
        line.reset();
        if (whole.length > LONGEST || matters.test(whole)) {
            found.complete(whole);
        }
    }

    @Override
    public void onError(Throwable problem) {
        found.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
        found.complete(new byte[0]);
    }
}
