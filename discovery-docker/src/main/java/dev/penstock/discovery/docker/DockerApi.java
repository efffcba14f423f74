package dev.penstock.discovery.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.penstock.discovery.Problems;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one daemon's API over docker-java's transport. Thread-safe; its calls block.
 *
 * <p>It never writes. Answers are read as trees: docker-java's types lack fields that are needed (a task's addresses), and
 * one entry that they do not know would fail a whole list.
 */
final class DockerApi implements AutoCloseable {
    /** The newest version that this reader was tried with; docker-java itself agrees on none with the daemon. */
    private static final String NEWEST = "1.51";

    private static final Pattern VERSION = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");
    private static final int MAX_CONNECTIONS = Inspections.AT_ONCE;
    private static final int OK = 200;
    private static final int ERROR = 400;
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DockerHost host;
    private final Duration timeout;
    private final int maxBytes;
    private final Object lock = new Object();
    private @Nullable DockerHttpClient calls;
    private @Nullable DockerHttpClient streams;
    private boolean closed;
    private volatile @Nullable String version;

    DockerApi(DockerHost host, Duration timeout, int maxBytes) {
        this.host = host;
        this.timeout = timeout;
        this.maxBytes = maxBytes;
    }

    String name() {
        return "docker " + host.text();
    }

    /**
     * Asks for a document.
     *
     * @param path with its query, without version
     * @throws DockerProblem if there is no good answer
     */
    JsonNode get(String path) {
        String versioned = version() + path;
        try (DockerHttpClient.Response response = execute(calls(), versioned)) {
            byte[] body = body(response, path, response.getStatusCode() == OK ? maxBytes : MAX_ERROR_BYTES);
            check(response.getStatusCode(), body, path);
            return tree(body, path);
        }
    }

    /**
     * Asks for a list.
     *
     * @param path with its query, without version
     * @throws DockerProblem if there is no good answer
     */
    List<JsonNode> list(String path) {
        List<JsonNode> list = new ArrayList<>();
        each(path, elements -> list.add(elements.tree()));
        return list;
    }

    /** Looks at the elements of a list, one after the other. */
    @FunctionalInterface
    interface Look {
        void at(Elements elements) throws IOException;
    }

    /**
     * Asks for a list, of which only one element at a time is in memory.
     *
     * @param path with its query, without version
     * @param look at each element, also if there is no good end
     * @throws DockerProblem if there is no good answer
     */
    void each(String path, Look look) {
        String versioned = version() + path;
        try (DockerHttpClient.Response response = execute(calls(), versioned)) {
            if (response.getStatusCode() != OK) {
                check(response.getStatusCode(), body(response, path, MAX_ERROR_BYTES), path);
            }
            var elements = new Elements(new Bounded(response.getBody(), path, maxBytes));
            String instead = elements.begin();
            if (!instead.isEmpty()) {
                throw new DockerProblem(
                        OK, "GET " + path + ": the answer is " + instead + " (expected: that of Docker's API)");
            }
            while (elements.next()) {
                look.at(elements);
            }
        } catch (JsonProcessingException e) {
            throw new DockerProblem(OK, "GET " + path + ": the answer is not JSON (expected: that of Docker's API)", e);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** Opens a stream that goes on until it is closed; it has no timeout. */
    DockerHttpClient.Response stream(String path) {
        DockerHttpClient.Response response = execute(streams(), version() + path);
        if (response.getStatusCode() != OK) {
            try (response) {
                check(response.getStatusCode(), body(response, path, MAX_ERROR_BYTES), path);
            }
            throw new DockerProblem(response.getStatusCode(), "GET " + path + ": " + response.getStatusCode());
        }
        return response;
    }

    private String version() {
        String known = version;
        return known == null ? ping() : known;
    }

    /**
     * Asks whether it is there, and which version it takes.
     *
     * @throws DockerProblem if there is no good answer
     */
    String ping() {
        try (DockerHttpClient.Response response = execute(calls(), "/_ping")) {
            int status = response.getStatusCode();
            byte[] body = body(response, "/_ping", MAX_ERROR_BYTES);
            if (status >= 500) {
                check(status, body, "/_ping");
            }
            // Without the header (a proxy may drop it) the daemon takes paths without a version as its own newest.
            String agreed = status == OK ? lesser(response.getHeader("Api-Version")) : "";
            version = agreed;
            return agreed;
        }
    }

    private static String lesser(@Nullable String daemon) {
        Matcher theirs = VERSION.matcher(daemon == null ? "" : daemon.strip());
        if (!theirs.matches()) {
            return "";
        }
        Matcher ours = VERSION.matcher(NEWEST);
        boolean older = ours.matches() && number(theirs) < number(ours);
        return "/v" + (older ? theirs.group() : NEWEST);
    }

    private static int number(Matcher version) {
        return Integer.parseInt(version.group(1)) * 10_000 + Integer.parseInt(version.group(2));
    }

    private DockerHttpClient.Response execute(DockerHttpClient client, String path) {
        try {
            return client.execute(DockerHttpClient.Request.builder()
                    .method(DockerHttpClient.Request.Method.GET)
                    .path(path)
                    .build());
        } catch (RuntimeException e) {
            throw unreachable(e);
        }
    }

    private DockerProblem unreachable(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : Problems.of(cause);
        return DockerProblem.unreachable(host.text() + ": " + message, e);
    }

    private byte[] body(DockerHttpClient.Response response, String path, int limit) {
        try {
            byte[] body = response.getBody().readNBytes(limit + 1);
            if (body.length > limit) {
                throw new DockerProblem(OK, "GET " + path + ": more than " + limit + " bytes (expected: fewer)");
            }
            return body;
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private void check(int status, byte[] body, String path) {
        if (status == OK) {
            return;
        }
        String said = "";
        try {
            said = JSON.readTree(body).path("message").asText("");
        } catch (IOException e) {
            said = "";
        }
        if (status == ERROR) {
            version = ""; // it may be the version that it does not take: its own newest is as good
        }
        throw new DockerProblem(
                status, "GET " + path + ": " + status + (said.isEmpty() ? "" : " " + Problems.line(said)));
    }

    private static JsonNode tree(byte[] body, String path) {
        try {
            JsonNode tree = JSON.readTree(body);
            if (tree != null && (tree.isArray() || tree.isObject())) {
                return tree;
            }
        } catch (IOException e) {
            throw new DockerProblem(OK, "GET " + path + ": the answer is not JSON (expected: that of Docker's API)", e);
        }
        throw new DockerProblem(OK, "GET " + path + ": the answer is empty (expected: that of Docker's API)");
    }

    private DockerHttpClient calls() {
        synchronized (lock) {
            DockerHttpClient client = calls == null ? open(timeout) : calls;
            calls = client;
            return client;
        }
    }

    private DockerHttpClient streams() {
        synchronized (lock) {
            DockerHttpClient client = streams == null ? open(null) : streams;
            streams = client;
            return client;
        }
    }

    private DockerHttpClient open(@Nullable Duration responseTimeout) {
        if (closed) {
            throw new DockerProblem("closed");
        }
        var builder = new ZerodepDockerHttpClient.Builder()
                .dockerHost(host.uri())
                .maxConnections(MAX_CONNECTIONS)
                .connectionTimeout(timeout);
        if (responseTimeout != null) {
            builder.responseTimeout(responseTimeout);
        }
        if (host.certificates() != null) {
            var context = Tls.context(host.certificates());
            builder.sslConfig(() -> context);
        }
        return builder.build();
    }

    /** Forgets what was agreed on, too, after a failure: the daemon that comes back may be another. */
    void reset() {
        version = null;
        refresh();
    }

    /** Forgets connections; those of streams stay. No call is under way. */
    void refresh() {
        DockerHttpClient old;
        synchronized (lock) {
            old = calls;
            calls = null;
        }
        end(old);
    }

    private static void end(@Nullable DockerHttpClient client) {
        if (client != null) {
            try {
                client.close();
            } catch (IOException | RuntimeException e) {
                return; // its connections are of no use either way
            }
        }
    }

    @Override
    public void close() {
        DockerHttpClient first;
        DockerHttpClient second;
        synchronized (lock) {
            closed = true;
            first = calls;
            second = streams;
            calls = null;
            streams = null;
        }
        end(first);
        end(second);
    }
}
