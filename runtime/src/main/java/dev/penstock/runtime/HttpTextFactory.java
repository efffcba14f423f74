package dev.penstock.runtime;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.PolledKeys;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.http.OwnedClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Definitions in a text that is fetched by HTTP again and again: {@code config+https://host/penstock.yaml#every=10s}. Behind the
 * {@code #} stand {@code every} (100ms to 1h, 10s unless given), {@code tokenEnv} or {@code tokenFile}, the variable or the file with a
 * bearer token, {@code ca}, a PEM file with those who are trusted in place of the JDK's, and the options of {@link TextOptions}.
 * Thread-safe.
 */
final class HttpTextFactory implements CatalogFactory {
    private static final String EVERY = "every";
    private static final String CA = "ca";
    private static final Set<String> OPTIONS = Set.of(EVERY, CA, BearerToken.ENV, BearerToken.FILE);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration READ_WITHIN = Duration.ofSeconds(15);

    private final String scheme;

    HttpTextFactory(String scheme) {
        this.scheme = scheme;
    }

    @Override
    public String scheme() {
        return TextCatalogFactory.PREFIX + scheme;
    }

    @Override
    public void check(URI uri) {
        target(uri);
        TextOptions options = TextOptions.of(uri, OPTIONS);
        every(options);
        BearerToken.of(options.options(), System.getenv());
        client(options);
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        TextOptions options = TextOptions.of(uri, OPTIONS);
        URI target = target(uri);
        Duration every = every(options);
        BearerToken token = BearerToken.of(options.options(), System.getenv());
        var client = OwnedClient.open(client(options).executor(context.scheduler()));
        String name = CatalogSource.of(uri).name();
        SourceRules rules = SourceRules.defaults().withRelist(every).withReadTimeout(CONNECT_WITHIN.plus(READ_WITHIN));
        var store = new PolledKeys(
                name,
                key -> new HttpText(client.http(), target, key, token, every)::read,
                rules,
                context,
                client::close);
        return new TextCatalog(name, store, target.getPath(), options.reader(), context);
    }

    private URI target(URI uri) {
        if (uri.isOpaque() || uri.getHost() == null) {
            throw new IllegalArgumentException("form: no host (expected: " + scheme() + "://host/path)");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "user: given (expected: none; a token is named by #tokenEnv=VARIABLE or #tokenFile=FILE)");
        }
        if (uri.getPath().endsWith("/")) {
            throw new IllegalArgumentException(
                    "path: \"" + uri.getPath() + "\" (expected: that of one document, without a slash at the end)");
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return URI.create(scheme + "://" + uri.getRawAuthority() + uri.getRawPath() + query);
    }

    private static Duration every(TextOptions options) {
        return options.options().duration(EVERY, Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofHours(1));
    }

    private HttpClient.Builder client(TextOptions options) {
        HttpClient.Builder client =
                HttpClient.newBuilder().connectTimeout(CONNECT_WITHIN).followRedirects(HttpClient.Redirect.NEVER);
        String ca = options.options().text(CA).orElse("");
        if (ca.isEmpty()) {
            return client;
        }
        if (!scheme.equals("https")) {
            throw new IllegalArgumentException("option: ca with " + scheme() + " (expected: with config+https)");
        }
        return client.sslContext(Authorities.FILES.context(Path.of(ca), null, null));
    }
}
