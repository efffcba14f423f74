package dev.penstock.discovery.consul;

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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one agent without holding a thread per question. Thread-safe.
 *
 * <p>A host name of several addresses is tried at all of them. Answers are bounded. Close ends every question under way
 * and the thread of the client.
 */
final class ConsulHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsulHttp.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** How long the head of an answer that waits for nothing may take. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private final ConsulSource source;
    private final Scheduler scheduler;
    private final Resolver resolver;
    private final Gate gate;
    private final OwnedClient client;
    private final Set<Call<Answer>> calls = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String lastGood;
    private volatile boolean closed;

    /** Gives all addresses of a host. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    ConsulHttp(ConsulSource source, Scheduler scheduler) {
        this(source, scheduler, InetAddress::getAllByName);
    }

    ConsulHttp(ConsulSource source, Scheduler scheduler, Resolver resolver) {
        this.source = source;
        this.scheduler = scheduler;
        this.resolver = resolver;
        gate = new Gate(source.limits().questions(), scheduler);
        client = OwnedClient.open(builder(source, scheduler));
        if (source.token() == ConsulSource.WITHHELD) {
            LOG.warn(
                    "consul {}: is not sent the token of the environment (expected: its address in CONSUL_HTTP_ADDR, or"
                            + " tokenEnv or tokenFile in its URI)",
                    source);
        }
    }

    private static HttpClient.Builder builder(ConsulSource source, Scheduler scheduler) {
        var builder = HttpClient.newBuilder()
                .executor(scheduler)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT);
        if (source.tls() != null) {
            var parameters = new SSLParameters();
            String name = source.serverName().isEmpty() ? source.base().getHost() : source.serverName();
            if (!isLiteral(name)) { // counts where an address is asked: the client names a host by itself
                parameters.setServerNames(List.of(new SNIHostName(name)));
            }
            builder.sslContext(source.tls()).sslParameters(parameters);
        }
        return builder;
    }

    /** Asks something that is answered at once; only so many of these questions are under way at a time. */
    Call<Answer> ask(String target) {
        return gate.ask(() -> get(target, AT_ONCE));
    }

    /** Asks something that is answered when there is news after an index, or {@code wait} is over. */
    Call<Answer> await(String target, long index, Duration wait) {
        long millis = Math.max(1, wait.plusNanos(999_999).toMillis()); // zero would be Consul's five minutes
        return get(Asking.target(target, "index=" + index + "&wait=" + millis + "ms"), ConsulSource.answerWithin(wait));
    }

    /** Asks; {@code timeout} bounds the wait for the head of the answer. */
    private Call<Answer> get(String target, Duration timeout) {
        var call = new Call<Answer>();
        if (closed) {
            call.completeExceptionally(new IOException("closed"));
            return call;
        }
        calls.add(call);
        CompletionStage<Answer> end = call;
        end.whenComplete((answer, problem) -> calls.remove(call));
        String preferred = lastGood;
        String host = preferred == null ? source.base().getHost() : preferred;
        send(call, new Question(target, timeout), host, null);
        if (closed) {
            call.cancel(true);
        }
        return call;
    }

    private record Question(String target, Duration timeout) {}

    private void send(Call<Answer> call, Question question, String host, @Nullable Deque<String> others) {
        if (closed || call.isDone()) {
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> exchange;
        try {
            exchange = client.http()
                    .sendAsync(
                            request(question, host),
                            info -> new BoundedBody(source.limits().answerBytes()));
        } catch (IOException | RuntimeException e) {
            call.completeExceptionally(e);
            return;
        }
        call.over(exchange);
        CompletionStage<HttpResponse<byte[]>> stage = exchange;
        stage.whenComplete((response, problem) -> {
            if (response != null) {
                lastGood = host;
                call.complete(new Answer(response.statusCode(), response.headers(), response.body()));
            } else {
                failed(call, question, host, others, problem);
            }
        });
    }

    private HttpRequest request(Question question, String host) throws IOException {
        URI base = source.base();
        var request = HttpRequest.newBuilder(
                        URI.create(base.getScheme() + "://" + host + ":" + base.getPort() + question.target()))
                .timeout(question.timeout())
                .header("Accept", "application/json");
        String token = source.token().read();
        if (!token.isEmpty()) {
            request.header("X-Consul-Token", token);
        }
        return request.build();
    }

    private void failed(
            Call<Answer> call, Question question, String host, @Nullable Deque<String> others, Throwable problem) {
        Throwable cause = Call.cause(problem);
        boolean connecting = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
        if (!connecting) {
            call.completeExceptionally(sentence(cause));
        } else if (others != null && others.isEmpty()) {
            unreachable(call, cause);
        } else {
            scheduler.execute(() -> next(call, question, host, others, cause));
        }
    }

    private void next(
            Call<Answer> call, Question question, String host, @Nullable Deque<String> others, Throwable cause) {
        try {
            Deque<String> left = others == null ? addresses(host) : others;
            String address = left.poll();
            if (address == null) {
                unreachable(call, cause);
            } else {
                send(call, question, address, left);
            }
        } catch (UnknownHostException e) {
            lastGood = null;
            call.completeExceptionally(
                    new IOException("host: \"" + source.base().getHost() + "\" (expected: a name that resolves)", e));
        }
    }

    private void unreachable(Call<Answer> call, Throwable cause) {
        lastGood = null;
        var problem = new ConnectException("cannot connect");
        problem.initCause(cause);
        call.completeExceptionally(problem);
    }

    private Deque<String> addresses(String tried) throws UnknownHostException {
        String name = source.base().getHost();
        Deque<String> all = new ArrayDeque<>();
        if (!isLiteral(name)) {
            Stream.of(resolver.addresses(name))
                    .map(InetAddress::getHostAddress)
                    .map(address -> address.indexOf(':') >= 0 ? "[" + address + "]" : address)
                    .filter(address -> !address.equals(tried))
                    .forEach(all::add);
        }
        return all;
    }

    static boolean isLiteral(String host) {
        return host.startsWith("[") || host.matches("[0-9.]+");
    }

    private static IOException sentence(Throwable cause) {
        String message = cause.getMessage();
        return cause instanceof IOException known && message != null && !message.isBlank()
                ? known
                : new IOException(message == null ? cause.getClass().getSimpleName() : message, cause);
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
