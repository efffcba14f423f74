package dev.penstock.discovery.consul;

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
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Asks one agent without holding a thread per question. Thread-safe.
 *
 * <p>A host name of several addresses is tried at all of them. Answers are bounded. Close ends every question under way
 * and the thread of the client.
 */
final class ConsulHttp implements AutoCloseable {
    /** The longest answer that is read. */
    static final int MAX_ANSWER = 64 << 20;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final ConsulSource source;
    private final Scheduler scheduler;
    private final int maxAnswer;
    private final OwnedClient client;
    private final Set<Call<Answer>> calls = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String lastGood;
    private volatile boolean closed;

    ConsulHttp(ConsulSource source, Scheduler scheduler, int maxAnswer) {
        this.source = source;
        this.scheduler = scheduler;
        this.maxAnswer = maxAnswer;
        client = OwnedClient.open(builder(source, scheduler));
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

    /** Asks; {@code timeout} bounds the wait for the head of the answer. */
    Call<Answer> get(String pathAndQuery, Duration timeout) {
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
        send(call, new Question(pathAndQuery, timeout), host, null);
        if (closed) {
            call.cancel(true);
        }
        return call;
    }

    private record Question(String pathAndQuery, Duration timeout) {}

    private void send(Call<Answer> call, Question question, String host, @Nullable Deque<String> others) {
        if (closed || call.isDone()) {
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> exchange;
        try {
            exchange = client.http().sendAsync(request(question, host), info -> new BoundedBody(maxAnswer));
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
                        URI.create(base.getScheme() + "://" + host + ":" + base.getPort() + question.pathAndQuery()))
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
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        boolean connecting = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
        if (!connecting) {
            call.completeExceptionally(sentence(cause));
        } else if (others != null && others.isEmpty()) {
            lastGood = null;
            call.completeExceptionally(new IOException("cannot connect", cause));
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
                lastGood = null;
                call.completeExceptionally(new IOException("cannot connect", cause));
            } else {
                send(call, question, address, left);
            }
        } catch (UnknownHostException e) {
            lastGood = null;
            call.completeExceptionally(
                    new IOException("host: \"" + source.base().getHost() + "\" (expected: a name that resolves)", e));
        }
    }

    private Deque<String> addresses(String tried) throws UnknownHostException {
        String name = source.base().getHost();
        Deque<String> all = new ArrayDeque<>();
        if (!isLiteral(name)) {
            Stream.of(InetAddress.getAllByName(name))
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
