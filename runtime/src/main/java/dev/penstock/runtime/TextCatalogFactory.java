package dev.penstock.runtime;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatchFactory;
import dev.penstock.discovery.Schemes;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Definitions in a store of texts: {@code config+STORE://host/key?options#sources=dns,consul}, where the options are those of the
 * store and {@code sources} are the schemes by which services may be discovered, none unless given. With a slash at its end the key
 * stands for all that begin with it. Thread-safe.
 */
final class TextCatalogFactory implements CatalogFactory {
    static final String PREFIX = "config+";

    private final KeyWatchFactory store;

    TextCatalogFactory(KeyWatchFactory store) {
        this.store = store;
    }

    /** One for each kind of store on the class path, and for texts that are fetched by HTTP. */
    static List<CatalogFactory> all() {
        List<CatalogFactory> all = new ArrayList<>();
        Schemes.load(ServiceLoader.load(KeyWatchFactory.class), store -> all.add(new TextCatalogFactory(store)));
        all.add(new HttpTextFactory("http"));
        all.add(new HttpTextFactory("https"));
        return all;
    }

    @Override
    public String scheme() {
        return PREFIX + store.scheme();
    }

    @Override
    public void check(URI uri) {
        store.check(address(uri));
        key(uri);
        TextOptions.of(uri);
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        return new TextCatalog(
                CatalogSource.of(uri).name(),
                store.open(address(uri), context),
                key(uri),
                TextOptions.of(uri).reader(),
                context);
    }

    private String key(URI uri) {
        String path = uri.getPath();
        if (path == null || path.length() < 2) {
            throw new IllegalArgumentException(
                    "key: none (expected: " + scheme() + "://host/key, or with a slash at the end for all below it)");
        }
        return store.key(path);
    }

    private URI address(URI uri) {
        if (uri.isOpaque()) {
            throw new IllegalArgumentException(
                    "form: \"" + scheme() + ":...\" (expected: " + scheme() + "://host/key)");
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return URI.create(store.scheme() + "://" + authority + (authority.isEmpty() ? "/" : "") + query);
    }
}
