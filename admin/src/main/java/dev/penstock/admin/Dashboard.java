package dev.penstock.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page for people, {@code /ui}, and the files that it consists of. They hold nothing of what runs, which the page asks the API
 * for; they load nothing from anywhere else. Immutable.
 */
final class Dashboard {
    private static final String ROOT = "/ui";

    /** Files of the page by where they are; beside this class in the folder {@code ui}. */
    private static final List<String> SCRIPTS = List.of(
            "app.js",
            "api.js",
            "dom.js",
            "explain.js",
            "failures.js",
            "history.js",
            "load.js",
            "routes.js",
            "services.js",
            "sources.js");

    /** Nothing but its own files and this program; no script can be put into it by what it shows. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private final Map<String, AdminResponse> files = new HashMap<>();

    Dashboard() {
        add(ROOT, "index.html", "text/html; charset=utf-8");
        add(ROOT + "/style.css", "style.css", "text/css; charset=utf-8");
        add(ROOT + "/icon.svg", "icon.svg", "image/svg+xml");
        SCRIPTS.forEach(name -> add(ROOT + "/" + name, name, "text/javascript; charset=utf-8"));
    }

    private void add(String path, String name, String type) {
        String text = text(name);
        files.put(
                path,
                AdminResponse.of(200, type, text)
                        .with("Cache-Control", "no-cache")
                        .with("ETag", Etag.of(text))
                        .with("Content-Security-Policy", POLICY)
                        .with("Referrer-Policy", "no-referrer")
                        .with("Cross-Origin-Opener-Policy", "same-origin")
                        .with("Cross-Origin-Resource-Policy", "same-origin"));
    }

    private static String text(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream("ui/" + name)) {
            if (in == null) {
                throw new IllegalStateException("ui/" + name + ": missing (expected: beside this class)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a path is a file of the page: those are for all, as they say nothing. */
    boolean isAt(String path) {
        return files.containsKey(path) || path.equals(ROOT + "/");
    }

    /** Answers a GET or HEAD; null if the path is none of the page's. */
    @Nullable
    AdminResponse answer(AdminRequest request) {
        AdminResponse file = files.get(request.path());
        if (file == null) {
            return request.path().equals(ROOT + "/") ? moved() : null;
        }
        String tag = file.headers().getOrDefault("ETag", "");
        return Etag.isKnown(request, tag) ? AdminResponse.notModified(file) : file;
    }

    /** Its links are relative to a path without a slash at its end; also below a prefix that somebody puts before it. */
    private static AdminResponse moved() {
        return AdminResponse.text(308, "see /ui").with("Location", "../ui");
    }
}
