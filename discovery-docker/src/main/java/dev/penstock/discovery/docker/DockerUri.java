package dev.penstock.discovery.docker;

import dev.penstock.discovery.UriOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Forms of {@code docker:} URIs. Stateless. */
final class DockerUri {
    static final String SCHEME = "docker";

    /** Of a catalog. */
    static final Set<String> CATALOG = all(DaemonSettings.OPTIONS, Conventions.OPTIONS);

    /** Of a service. */
    static final Set<String> DISCOVERY = all(CATALOG, Selection.OPTIONS);

    private DockerUri() {}

    private static Set<String> all(Set<String> some, Set<String> more) {
        return Stream.of(some, more).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    /** The same daemon with those of the options that are among some, in one form. */
    static URI with(URI uri, Map<String, String> options, Collection<String> kept) {
        String query = new TreeMap<>(options)
                .entrySet().stream()
                        .filter(option -> kept.contains(option.getKey()))
                        .map(option -> option.getKey() + "=" + escaped(option.getValue()))
                        .collect(Collectors.joining("&"));
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return URI.create(SCHEME + "://" + authority + path + (query.isEmpty() ? "" : "?" + query));
    }

    private static String escaped(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static DaemonSettings settings(URI uri, UriOptions options, Environment environment) {
        return DaemonSettings.of(DockerHost.of(uri, options, environment), options);
    }
}
