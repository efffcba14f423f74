package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.discovery.UriOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where a daemon listens. Immutable.
 *
 * @param uri {@code unix:///path} or {@code tcp://host:port}
 * @param certificates the folder with {@code ca.pem}, {@code cert.pem} and {@code key.pem}; null: no TLS
 */
record DockerHost(URI uri, @Nullable Path certificates) {
    static final String CONTEXT = "context";
    static final String TLS = "tls";
    static final String CERTS = "certs";

    private static final String DEFAULT = "unix:///var/run/docker.sock";
    private static final String EXPECTED =
            "unix:///path, tcp://host:port, http://host:port or https://host:port; ssh and named pipes are not supported";
    private static final int PLAIN_PORT = 2375;
    private static final int TLS_PORT = 2376;

    /**
     * The daemon that a {@code docker:} URI names, or else that which Docker's own client would talk to.
     *
     * @throws IllegalArgumentException if there is no such thing
     */
    static DockerHost of(URI uri, UriOptions options, Environment environment) {
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        String path = uri.getPath() == null || uri.getPath().equals("/") ? "" : uri.getPath();
        if (uri.isOpaque() || (!authority.isEmpty() && !path.isEmpty())) {
            throw new IllegalArgumentException("daemon: \"" + authority + path
                    + "\" (expected: docker://, docker:///path/of/the/socket or docker://host:port)");
        }
        DockerHost found;
        if (!authority.isEmpty()) {
            found = parse("tcp://" + authority, explicitTls(options, environment), environment);
        } else if (!path.isEmpty()) {
            found = new DockerHost(URI.create("unix://" + uri.getRawPath()), null);
        } else {
            found = inherited(options, environment);
        }
        return found.withOptions(options, environment);
    }

    private static boolean explicitTls(UriOptions options, Environment environment) {
        return options.text(CERTS).isPresent() || options.flag(TLS, environment.tlsVerify());
    }

    private static DockerHost inherited(UriOptions options, Environment environment) {
        String context = options.text(CONTEXT).orElse("");
        if (context.isEmpty() && !environment.variable("DOCKER_HOST").isEmpty()) {
            return parse(environment.variable("DOCKER_HOST"), explicitTls(options, environment), environment);
        }
        if (context.isEmpty()) {
            context = environment.variable("DOCKER_CONTEXT");
        }
        if (context.isEmpty()) {
            context = json(environment.config().resolve("config.json"))
                    .path("currentContext")
                    .asText("");
        }
        return context.isEmpty() || context.equals("default")
                ? new DockerHost(URI.create(DEFAULT), null)
                : context(context, environment);
    }

    private static DockerHost context(String name, Environment environment) {
        String digest = sha256(name);
        Path contexts = environment.config().resolve("contexts");
        JsonNode meta = json(contexts.resolve("meta").resolve(digest).resolve("meta.json"));
        String host = meta.path("Endpoints").path("docker").path("Host").asText("");
        if (host.isEmpty()) {
            throw new IllegalArgumentException(
                    "context: \"" + name + "\" (expected: one that `docker context ls` shows, in " + contexts + ")");
        }
        Path certificates = contexts.resolve("tls").resolve(digest).resolve("docker");
        DockerHost found = parse(host, false, environment);
        return Files.isDirectory(certificates) ? new DockerHost(found.uri, certificates) : found;
    }

    /** An address as in {@code DOCKER_HOST}. */
    private static DockerHost parse(String text, boolean tls, Environment environment) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw wrong(text, e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        String path = uri.getPath() == null ? "" : uri.getPath();
        if (scheme.equals("unix") && path.startsWith("/") && uri.getRawAuthority() == null) {
            return new DockerHost(uri, null);
        }
        boolean network = scheme.equals("tcp") || scheme.equals("http") || scheme.equals("https");
        boolean bare = (path.isEmpty() || path.equals("/")) && uri.getRawQuery() == null && uri.getUserInfo() == null;
        if (!network || !bare || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw wrong(text, null);
        }
        boolean secure = tls || scheme.equals("https");
        int port = uri.getPort() < 0 ? (secure ? TLS_PORT : PLAIN_PORT) : uri.getPort();
        return new DockerHost(
                URI.create("tcp://" + uri.getHost() + ":" + port), secure ? environment.certificates() : null);
    }

    private DockerHost withOptions(UriOptions options, Environment environment) {
        boolean unix = uri.getScheme().equals("unix");
        String certs = options.text(CERTS).orElse("");
        boolean off = options.text(TLS).isPresent() && !options.flag(TLS, true);
        if ((unix || off) && !certs.isEmpty()) {
            throw new IllegalArgumentException("certs: \"" + certs + "\" (expected: none without TLS)");
        }
        if (unix && options.flag(TLS, false)) {
            throw new IllegalArgumentException("tls: \"true\" (expected: a daemon at host:port)");
        }
        Path folder = certs.isEmpty() ? certificates : Path.of(certs);
        if (folder == null && options.flag(TLS, false)) {
            folder = environment.certificates();
        }
        return new DockerHost(uri, off ? null : folder);
    }

    /**
     * The {@code docker:} URI of an address as in {@code DOCKER_HOST}, without options but {@code tls}.
     *
     * @throws IllegalArgumentException if it is no such address
     */
    static URI toUri(String text) {
        DockerHost host = parse(text, false, new Environment(java.util.Map.of(), Path.of("/")));
        if (host.uri.getScheme().equals("unix")) {
            return URI.create("docker://" + host.uri.getRawPath());
        }
        return URI.create("docker://" + host.uri.getRawAuthority() + (host.certificates == null ? "" : "?tls=true"));
    }

    private static IllegalArgumentException wrong(String text, @Nullable Exception cause) {
        return new IllegalArgumentException("docker host: \"" + text + "\" (expected: " + EXPECTED + ")", cause);
    }

    private static JsonNode json(Path file) {
        var mapper = new ObjectMapper();
        try {
            return Files.isRegularFile(file) ? mapper.readTree(file.toFile()) : mapper.createObjectNode();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + ": cannot be read (expected: JSON, as Docker's client writes it)", e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** As people write it. */
    String text() {
        return uri + (certificates == null ? "" : " (TLS)");
    }
}
