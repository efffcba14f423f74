package dev.penstock.discovery.etcd;

import dev.penstock.discovery.http.BoundedBody;
import dev.penstock.discovery.http.Call;
import dev.penstock.discovery.http.OwnedClient;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Asks the members of one cluster without holding a thread per question. Thread-safe.
 *
 * <p>A member that cannot be reached, does not answer in time or has failed (5xx) is passed over; the one that answered
 * last is asked first. Answers are bounded. Close ends every question under way and the thread of the client.
 */
final class EtcdHttp implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final String LATE = "no answer within " + EtcdSource.AT_ONCE.toMillis() + " ms";
    private static final int ANSWER_BYTES = 64 << 20;

    private final String scheme;
    private final List<String> members;
    private final Scheduler scheduler;
    private final Resolver resolver;
    private final OwnedClient client;
    private final Set<Call<Answer>> calls = ConcurrentHashMap.newKeySet();
    private volatile int lastGood;
    private volatile boolean closed;

    /** Gives an address of a host; may block. */
    @FunctionalInterface
    interface Resolver {
        InetAddress address(String name) throws UnknownHostException;
    }

    EtcdHttp(EtcdSource source, Scheduler scheduler) {
        this(source, scheduler, InetAddress::getByName);
    }

    EtcdHttp(EtcdSource source, Scheduler scheduler, Resolver resolver) {
        scheme = source.scheme();
        members = source.members();
        this.scheduler = scheduler;
        this.resolver = resolver;
        var builder = HttpClient.newBuilder()
                .executor(scheduler)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT);
        client = OwnedClient.open(source.tls() == null ? builder : builder.sslContext(source.tls()));
    }

    /** Asks something that is answered at once, one member after the other until one answers. */
    Call<Answer> ask(Question question) {
        Call<Answer> call = opened();
        next(call, question, lastGood, 0, null);
        return call;
    }

    /**
     * Asks the member that answered last for something that comes when there is news.
     *
     * @param body takes what an answer of status 200 has
     * @return {@link Answer#QUIET} if nothing came in time
     */
    Call<Answer> await(Question question, Duration wait, HttpResponse.BodyHandler<byte[]> body) {
        Call<Answer> call = opened();
        Scheduler.Timer timer = scheduler.schedule(wait, () -> call.complete(Answer.QUIET));
        CompletableFuture<HttpResponse<byte[]>> exchange;
        try {
            exchange = sent(question, lastGood, body);
        } catch (IOException | RuntimeException e) {
            timer.cancel();
            call.fail(e);
            return call;
        }
        CompletionStage<Answer> end = call;
        end.whenComplete((answer, problem) -> {
            timer.cancel();
            exchange.cancel(true); // for the timer, and for who gives it up; else it is over
        });
        CompletionStage<HttpResponse<byte[]>> stage = exchange;
        stage.whenComplete((response, problem) -> {
            if (response != null) {
                call.complete(answer(response));
            } else {
                call.fail(problem);
            }
        });
        return call;
    }

    static HttpResponse.BodySubscriber<byte[]> whole() {
        return new BoundedBody(ANSWER_BYTES);
    }

    private Call<Answer> opened() {
        var call = new Call<Answer>();
        calls.add(call);
        CompletionStage<Answer> end = call;
        end.whenComplete((answer, problem) -> calls.remove(call));
        if (closed) {
            call.cancel(true);
        }
        return call;
    }

    private CompletableFuture<HttpResponse<byte[]>> sent(
            Question question, int member, HttpResponse.BodyHandler<byte[]> body) throws IOException {
        var request = HttpRequest.newBuilder(
                        URI.create(scheme + "://" + asHost(members.get(member)) + question.target()))
                .header("Accept", "application/json");
        question.headers().forEach(request::header);
        if (question.body() != null) {
            request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(question.body()));
        }
        return client.http().sendAsync(request.build(), body);
    }

    /** A name that is none to the JDK's client, as one with an underscore, is replaced by its address. */
    private String asHost(String member) throws IOException {
        if (URI.create(scheme + "://" + member).getHost() != null) {
            return member;
        }
        int colon = member.lastIndexOf(':');
        String name = member.substring(0, colon);
        try {
            String address = resolver.address(name).getHostAddress();
            return (address.indexOf(':') < 0 ? address : "[" + address + "]") + member.substring(colon);
        } catch (UnknownHostException e) {
            throw new IOException("host: \"" + name + "\" (expected: a name that resolves)", e);
        }
    }

    private void next(Call<Answer> call, Question question, int member, int tried, @Nullable Throwable before) {
        if (closed || call.isDone()) {
            return;
        }
        if (tried == members.size()) {
            call.fail(before == null ? new IOException("no member") : before);
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> exchange;
        try {
            exchange = sent(question, member, info -> whole());
        } catch (IOException | RuntimeException e) {
            int following = (member + 1) % members.size();
            scheduler.execute(() -> next(call, question, following, tried + 1, before == null ? e : before));
            return;
        }
        call.over(exchange);
        var late = new AtomicBoolean();
        Scheduler.Timer timer = scheduler.schedule(EtcdSource.AT_ONCE, () -> {
            late.set(true);
            exchange.cancel(true);
        });
        CompletionStage<HttpResponse<byte[]>> stage = exchange;
        stage.whenComplete((response, problem) -> {
            timer.cancel();
            if (response != null && response.statusCode() < 500) {
                lastGood = member;
                call.complete(answer(response));
            } else {
                Throwable failure = response != null
                        ? new IOException(answer(response).said())
                        : late.get() ? new IOException(LATE) : problem(problem);
                int following = (member + 1) % members.size();
                scheduler.execute(() -> next(call, question, following, tried + 1, telling(before, failure)));
            }
        });
    }

    private static Answer answer(HttpResponse<byte[]> response) {
        String index = response.headers().firstValue("X-Etcd-Index").orElse("");
        boolean number =
                !index.isEmpty() && index.length() < 19 && index.chars().allMatch(Character::isDigit);
        return new Answer(response.statusCode(), number ? Long.parseLong(index) : -1, response.body());
    }

    /** Of two members' failures the one that tells more: that one cannot be reached says little of the cluster. */
    private static Throwable telling(@Nullable Throwable before, Throwable now) {
        return before != null && now instanceof ConnectException ? before : now;
    }

    private static Throwable problem(Throwable thrown) {
        Throwable cause = Call.cause(thrown);
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            var refused = new ConnectException("cannot connect");
            refused.initCause(cause);
            return refused;
        }
        String message = cause.getMessage();
        return message == null || message.isBlank()
                ? new IOException(cause.getClass().getSimpleName(), cause)
                : cause;
    }

    /** Ends what is under way, within milliseconds. */
    @Override
    public void close() {
        closed = true;
        for (Call<Answer> call : calls) {
            call.cancel(true);
        }
        client.close();
    }
}
