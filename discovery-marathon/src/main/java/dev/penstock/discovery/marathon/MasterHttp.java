package dev.penstock.discovery.marathon;

import dev.penstock.discovery.Problems;
import dev.penstock.discovery.http.BoundedBody;
import dev.penstock.discovery.http.Call;
import dev.penstock.discovery.http.Members;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the masters of one Marathon. Thread-safe.
 *
 * <p>Of several, one whose {@code /ping} is not answered by 200 is passed over, as is one whose answer cannot be read; if no
 * master answers its ping, they are asked nevertheless. A redirect of the same question to the leader is followed, with
 * the same credentials, but never from HTTPS to HTTP.
 */
final class MasterHttp implements AutoCloseable {
    private static final int ANSWER_BYTES = 128 << 20;
    private static final int MOST_REDIRECTS = 3;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final MarathonSource source;
    private final Members members;

    MasterHttp(MarathonSource source, Scheduler scheduler) {
        this.source = source;
        members = new Members(source.http(), scheduler);
    }

    /** Reads an answer; what it throws is that of {@link #ask}. */
    @FunctionalInterface
    interface Reading<T> {
        T of(Reply reply) throws IOException;
    }

    /** The bytes of an answer that goes on. */
    interface Bytes extends Flow.Publisher<List<ByteBuffer>> {}

    /** Reads a resource of whichever master answers so that it can be read. */
    <T> Call<T> ask(String target, Reading<T> reading) {
        return authorized(authorization -> withPing(base -> get(base.resolve(target), authorization, "GET", 0)
                .map(reply -> Checked.read(() -> reading.of(reply)))));
    }

    /** Posts nothing but the parameters of a target. */
    Call<Reply> post(String target) {
        return authorized(authorization -> withPing(base -> get(base.resolve(target), authorization, "POST", 0)));
    }

    /** Opens the stream of events of whichever master has one. */
    Call<Bytes> events(String target) {
        return authorized(authorization -> withPing(base -> stream(base.resolve(target), authorization, 0)));
    }

    /** Fails if the credentials cannot be read, as where their file is gone. */
    private <T> Call<T> authorized(Function<String, Call<T>> question) {
        String authorization;
        try {
            authorization = source.authorization().read();
        } catch (IOException e) {
            var failed = new Call<T>();
            failed.fail(e);
            return failed;
        }
        return question.apply(authorization);
    }

    private <T> Call<T> withPing(Function<URI, Call<T>> question) {
        if (source.http().members().size() == 1) {
            return members.ask(question); // its ping would change nothing
        }
        var whole = new Call<T>();
        Call<T> pinged = members.ask(base -> ping(base).then(pong -> question.apply(base)));
        whole.over(pinged);
        CompletionStage<T> end = pinged;
        end.whenComplete((answer, problem) -> {
            if (problem == null) {
                whole.complete(answer);
            } else if (Call.cause(problem) instanceof NotReadyException) {
                Call<T> anyway = members.ask(question);
                whole.over(anyway);
                CompletionStage<T> last = anyway;
                last.whenComplete((late, failure) -> {
                    if (failure == null) {
                        whole.complete(late);
                    } else {
                        whole.fail(failure);
                    }
                });
            } else {
                whole.fail(problem);
            }
        });
        return whole;
    }

    private Call<Boolean> ping(URI base) {
        return members.send(HttpRequest.newBuilder(base.resolve("/ping")).build(), info -> new BoundedBody(1 << 16))
                .map(response -> {
                    if (response.statusCode() != 200) {
                        throw new CompletionException(new NotReadyException(
                                base.getAuthority() + " answers " + response.statusCode() + " to /ping"));
                    }
                    return true;
                });
    }

    private Call<Reply> get(URI target, String authorization, String method, int redirects) {
        HttpRequest request = request(target, authorization, "application/json")
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return members.send(request, info -> new BoundedBody(ANSWER_BYTES)).then(response -> {
            if (REDIRECTS.contains(response.statusCode())) {
                return get(next(target, response, redirects), authorization, method, redirects + 1);
            }
            var reply = new Reply(response.statusCode(), response.body());
            if (response.statusCode() >= 500) {
                throw new CompletionException(new IOException(reply.said()));
            }
            return done(reply);
        });
    }

    private Call<Bytes> stream(URI target, String authorization, int redirects) {
        HttpRequest request =
                request(target, authorization, "text/event-stream").build();
        return members.send(request, HttpResponse.BodyHandlers.ofPublisher()).then(response -> {
            String type = response.headers().firstValue("Content-Type").orElse("none");
            if (response.statusCode() == 200 && type.startsWith("text/event-stream")) {
                return done(response.body()::subscribe);
            }
            response.body().subscribe(new Unread());
            if (REDIRECTS.contains(response.statusCode())) {
                return stream(next(target, response, redirects), authorization, redirects + 1);
            }
            throw new CompletionException(new IOException("events: " + response.statusCode() + ", content type "
                    + Problems.line(type) + " (expected: 200, text/event-stream)"));
        });
    }

    private static HttpRequest.Builder request(URI target, String authorization, String accept) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target).header("Accept", accept);
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    /**
     * Where a redirect leads. Credentials go along, so it must be the same question to another master, as Marathon's standbys
     * send it; a page to log in, say, is not asked.
     */
    private static URI next(URI from, HttpResponse<?> response, int redirects) {
        String location = response.headers().firstValue("Location").orElse("");
        try {
            URI to = from.resolve(location);
            boolean http = "http".equals(to.getScheme()) && !from.getScheme().equals("https");
            if (redirects < MOST_REDIRECTS
                    && to.getHost() != null
                    && !location.isEmpty()
                    && (http || "https".equals(to.getScheme()))) {
                if (isSame(from, to)) {
                    return to;
                }
                throw new CompletionException(new IOException("redirect to \"" + Problems.line(location)
                        + "\" (expected: the same path and query at another master)"));
            }
        } catch (IllegalArgumentException e) {
            throw new CompletionException(refused(location, e));
        }
        throw new CompletionException(refused(location, null));
    }

    private static boolean isSame(URI one, URI other) {
        return Objects.equals(one.getRawPath(), other.getRawPath())
                && Objects.equals(one.getRawQuery(), other.getRawQuery());
    }

    private static IOException refused(String location, @Nullable Throwable cause) {
        return new IOException(
                "redirect to \"" + Problems.line(location) + "\" (expected: an http or https URL, " + MOST_REDIRECTS
                        + " in a row at most, none from https to http)",
                cause);
    }

    private static <T> Call<T> done(T answer) {
        var done = new Call<T>();
        done.complete(answer);
        return done;
    }

    @Override
    public void close() {
        members.close();
    }

    /** A master that is not to be asked now. */
    private static final class NotReadyException extends IOException {
        private static final long serialVersionUID = 1;

        NotReadyException(String message) {
            super(message);
        }
    }

    /** Reads nothing of an answer. */
    private static final class Unread implements Flow.Subscriber<List<ByteBuffer>> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable problem) {}

        @Override
        public void onComplete() {}
    }
}
