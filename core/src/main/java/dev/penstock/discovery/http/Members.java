package dev.penstock.discovery.http;

import static java.util.Objects.requireNonNull;

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
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks the members of one cluster by HTTP without holding a thread per question. Thread-safe.
 *
 * <p>A member that cannot be reached, does not answer in time, or whose answer the question refuses is passed over; the one
 * that answered last is asked first. Redirects are left to the question. Close ends every question under way and the thread
 * of the client.
 */
public final class Members implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final Settings settings;
    private final Scheduler scheduler;
    private final Resolver resolver;
    private final OwnedClient client;
    private final Set<Call<?>> calls = ConcurrentHashMap.newKeySet();
    private volatile int lastGood;
    private volatile boolean closed;

    /** Gives an address of a host; may block. */
    @FunctionalInterface
    public interface Resolver {
        /**
         * Looks it up.
         *
         * @param name of the host
         * @return one of its addresses
         * @throws UnknownHostException if there is none
         */
        InetAddress address(String name) throws UnknownHostException;
    }

    /**
     * How members are asked. Immutable.
     *
     * @param members each {@code host:port}, one at least
     * @param tls for HTTPS; null asks by HTTP
     * @param limit how long an answer may take, at each member
     */
    public record Settings(List<String> members, @Nullable SSLContext tls, Duration limit) {
        /** Copies the members. */
        public Settings {
            members = List.copyOf(members);
            requireNonNull(limit, "limit");
        }

        /**
         * The scheme of members.
         *
         * @return {@code http} or {@code https}
         */
        public String scheme() {
            return tls == null ? "http" : "https";
        }
    }

    /**
     * A client of its own, whose names are resolved by the JDK.
     *
     * @param settings whom to ask, and how
     * @param scheduler runs what is to run, now or later
     */
    public Members(Settings settings, Scheduler scheduler) {
        this(settings, scheduler, InetAddress::getByName);
    }

    /**
     * A client of its own.
     *
     * @param settings whom to ask, and how
     * @param scheduler runs what is to run, now or later
     * @param resolver of names that the JDK's client takes for none
     */
    public Members(Settings settings, Scheduler scheduler, Resolver resolver) {
        this.settings = settings;
        this.scheduler = scheduler;
        this.resolver = resolver;
        var builder = HttpClient.newBuilder()
                .executor(scheduler)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT);
        client = OwnedClient.open(settings.tls() == null ? builder : builder.sslContext(settings.tls()));
    }

    /**
     * Asks one member after the other, beginning with the one that answered last, until the question does not fail.
     *
     * @param <T> the answer
     * @param question asks the member of a base, as in {@code http://10.0.0.1:8080}
     * @return fails with what tells most of the members' failures
     */
    public <T> Call<T> ask(Function<URI, Call<T>> question) {
        var call = opened(new Call<T>());
        next(call, question, lastGood, 0, null);
        return call;
    }

    /**
     * The member that answered last.
     *
     * @return as in {@code http://10.0.0.1:8080}
     * @throws IOException if its name cannot be resolved
     */
    public URI preferred() throws IOException {
        return base(settings.members().get(lastGood));
    }

    /**
     * Sends a request whose answer must come within the limit.
     *
     * @param <T> the body
     * @param request to any host
     * @param body takes the answer
     * @return whatever its status
     */
    public <T> Call<HttpResponse<T>> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        var call = new Call<HttpResponse<T>>();
        var late = new AtomicBoolean();
        CompletableFuture<HttpResponse<T>> exchange = client.http().sendAsync(request, body);
        call.over(exchange);
        Scheduler.Timer timer = scheduler.schedule(settings.limit(), () -> {
            late.set(true);
            exchange.cancel(true);
        });
        CompletionStage<HttpResponse<T>> stage = exchange;
        stage.whenComplete((response, problem) -> {
            timer.cancel();
            if (response != null) {
                call.complete(response);
            } else {
                call.fail(
                        late.get()
                                ? new IOException(
                                        "no answer within " + settings.limit().toMillis() + " ms")
                                : problem(problem));
            }
        });
        return call;
    }

    /**
     * Sends a request whose answer may take for ever: the caller cancels it.
     *
     * @param <T> the body
     * @param request to any host
     * @param body takes the answer
     * @return whatever its status
     */
    public <T> Call<HttpResponse<T>> open(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        var call = opened(new Call<HttpResponse<T>>());
        if (call.isDone()) {
            return call;
        }
        CompletableFuture<HttpResponse<T>> exchange = client.http().sendAsync(request, body);
        call.over(exchange);
        CompletionStage<HttpResponse<T>> stage = exchange;
        stage.whenComplete((response, problem) -> {
            if (response != null) {
                call.complete(response);
            } else {
                call.fail(problem(problem));
            }
        });
        return call;
    }

    private <T> Call<T> opened(Call<T> call) {
        calls.add(call);
        CompletionStage<T> end = call;
        end.whenComplete((answer, problem) -> calls.remove(call));
        if (closed) {
            call.cancel(true);
        }
        return call;
    }

    /** A name that is none to the JDK's client, as one with an underscore, is replaced by its address. */
    private URI base(String member) throws IOException {
        URI plain = URI.create(settings.scheme() + "://" + member);
        if (plain.getHost() != null) {
            return plain;
        }
        int colon = member.lastIndexOf(':');
        String name = member.substring(0, colon);
        try {
            String address = resolver.address(name).getHostAddress();
            String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
            return URI.create(settings.scheme() + "://" + host + member.substring(colon));
        } catch (UnknownHostException e) {
            throw new IOException("host: \"" + name + "\" (expected: a name that resolves)", e);
        }
    }

    private <T> void next(
            Call<T> call, Function<URI, Call<T>> question, int member, int tried, @Nullable Throwable before) {
        if (closed || call.isDone()) {
            return;
        }
        if (tried == settings.members().size()) {
            call.fail(before == null ? new IOException("no member") : before);
            return;
        }
        int following = (member + 1) % settings.members().size();
        Call<T> asked;
        try {
            asked = question.apply(base(settings.members().get(member)));
        } catch (IOException | RuntimeException e) {
            scheduler.execute(() -> next(call, question, following, tried + 1, before == null ? e : before));
            return;
        }
        call.over(asked);
        CompletionStage<T> stage = asked;
        stage.whenComplete((answer, problem) -> {
            if (problem == null) {
                lastGood = member;
                call.complete(answer);
            } else {
                Throwable now = Call.cause(problem);
                scheduler.execute(() -> next(call, question, following, tried + 1, telling(before, now)));
            }
        });
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
        for (Call<?> call : calls) {
            call.cancel(true);
        }
        client.close();
    }
}
