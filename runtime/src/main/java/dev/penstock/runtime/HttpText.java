package dev.penstock.runtime;

import dev.penstock.config.ConfigurationReader;
import dev.penstock.discovery.PolledKeys;
import dev.penstock.discovery.http.BoundedBody;
import dev.penstock.discovery.http.Call;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A text that is fetched by HTTP, and only if its tag is another one (RFC 9110, 13.1.2). Whatever is neither 200 nor 304 is a
 * failure, also 404: a server that lost its files must not take down what is running. Read by one at a time.
 */
final class HttpText {
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    private final HttpClient client;
    private final URI target;
    private final String key;
    private final BearerToken token;
    private final Duration every;
    private volatile @Nullable Known known;

    /** The last answer of status 200. */
    private record Known(String tag, String text) {}

    /**
     * Asks nothing yet.
     *
     * @param token read at each question
     */
    HttpText(HttpClient client, URI target, String key, BearerToken token, Duration every) {
        this.client = client;
        this.target = target;
        this.key = key;
        this.token = token;
        this.every = every;
    }

    Call<PolledKeys.Found> read() {
        var call = new Call<PolledKeys.Found>();
        HttpRequest.Builder request = HttpRequest.newBuilder(target).header("Accept", "*/*");
        try {
            String secret = token.read();
            if (!secret.isEmpty()) {
                request.header("Authorization", "Bearer " + secret);
            }
        } catch (IOException e) {
            call.fail(e);
            return call;
        }
        Known before = known;
        if (before != null && !before.tag().isEmpty()) {
            request.header("If-None-Match", before.tag());
        }
        CompletableFuture<HttpResponse<byte[]>> asked = client.sendAsync(
                request.build(), info -> new BoundedBody(4 * ConfigurationReader.MAX_REMOTE_CHARACTERS));
        call.over(asked);
        CompletionStage<HttpResponse<byte[]>> end = asked;
        end.whenComplete((response, problem) -> {
            if (problem != null) {
                call.fail(problem);
                return;
            }
            try {
                call.complete(found(response, before));
            } catch (IOException e) {
                call.fail(new CompletionException(e));
            }
        });
        return call;
    }

    private PolledKeys.Found found(HttpResponse<byte[]> response, @Nullable Known before) throws IOException {
        Known now = before;
        if (response.statusCode() == OK) {
            String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
            if (!encoding.equalsIgnoreCase("identity")) { // nobody asked for that
                throw new IOException("encoded as \"" + encoding + "\" (expected: a text as it is)");
            }
            now = new Known(response.headers().firstValue("ETag").orElse(""), text(response.body()));
            known = now;
        } else if (response.statusCode() != NOT_MODIFIED || before == null) {
            throw new IOException("answers " + response.statusCode() + " (expected: 200)");
        }
        return new PolledKeys.Found(Map.of(key, now == null ? "" : now.text()), List.of(), every);
    }

    private static String text(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("not a text (expected: UTF-8)", e);
        }
    }
}
