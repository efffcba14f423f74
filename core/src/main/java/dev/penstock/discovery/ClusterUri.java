package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URI of a source with several members, {@code scheme://user:password@host:port,host2:port/path?options}, taken apart
 * and checked. Immutable. Its text is never shown: a password may stand in it.
 *
 * @param form what its scheme allows
 * @param members each {@code host:port}
 * @param rawUser {@code name} or {@code name:password}, escaped as in the URI; may be empty
 * @param path without slashes at its ends; may be empty
 * @param options those given
 */
public record ClusterUri(Form form, List<String> members, String rawUser, String path, UriOptions options) {
    private static final Pattern MEMBER = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");
    private static final String PASSWORD_FILE = "passwordFile";
    private static final String PASSWORD_ENV = "passwordEnv";

    /** Copies the members. */
    public ClusterUri {
        requireNonNull(form, "form");
        members = List.copyOf(members);
        requireNonNull(options, "options");
    }

    /**
     * What a scheme allows. Immutable.
     *
     * @param scheme its name
     * @param port of members that name none, {@code 1..65535}; without any member, it is asked at {@code 127.0.0.1}
     * @param source the options that say how to reach the source, {@code passwordFile} and {@code passwordEnv} among them
     *     where there are users; services whose are equal share one
     * @param flags the options, of whatever kind, that are true or false
     */
    public record Form(String scheme, int port, Set<String> source, Set<String> flags) {
        /** Copies the sets. */
        public Form {
            requireNonNull(scheme, "scheme");
            source = Set.copyOf(source);
            flags = Set.copyOf(flags);
        }
    }

    /** Gives the secret of a user; may block. */
    @FunctionalInterface
    public interface Password {
        /**
         * Reads it.
         *
         * @return empty if there is none
         * @throws IOException if the file that has it cannot be read
         */
        String read() throws IOException;
    }

    /**
     * Takes a URI apart.
     *
     * @param form what its scheme allows
     * @param uri of that scheme
     * @param known the options that may stand in it besides those of the source
     * @return its parts
     * @throws IllegalArgumentException if it makes no sense; the message holds no secret
     */
    public static ClusterUri of(Form form, URI uri, Set<String> known) {
        if (uri.isOpaque()) {
            throw new IllegalArgumentException("form: \"" + uri.getScheme() + ":...\" (expected: " + form.scheme()
                    + "://host:" + form.port() + "/services/name)");
        }
        Set<String> allowed = new HashSet<>(form.source());
        allowed.addAll(known);
        UriOptions options = UriOptions.of(uri, allowed, form.flags(), Set.of());
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        String user = at < 0 ? "" : authority.substring(0, at);
        if (at == 0 || user.startsWith(":")) {
            throw new IllegalArgumentException("user: none (expected: a name before the @)");
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        boolean shown = path.indexOf('@') < 0; // else a password with a slash in it stands in what looks like a member
        List<String> members = members(form.port(), authority.substring(at + 1), shown);
        return new ClusterUri(form, members, user, path.replaceAll("^/+|/+$", ""), options);
    }

    private static List<String> members(int standard, String text, boolean shown) {
        List<String> members = new ArrayList<>();
        for (String member : (text.isEmpty() ? "127.0.0.1" : text).split(",", -1)) {
            Matcher matcher = MEMBER.matcher(member);
            int port = -1;
            if (matcher.matches()) {
                port = matcher.group(2) == null ? standard : Integer.parseInt(matcher.group(2));
            }
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("member: " + (shown ? "\"" + member + "\"" : "not shown")
                        + " (expected: host or host:port, port in 1..65535; several joined by commas)");
            }
            members.add(matcher.group(1) + ":" + port);
        }
        return List.copyOf(members);
    }

    /**
     * The user.
     *
     * @return the name; empty if there is none
     */
    public String user() {
        int colon = rawUser.indexOf(':');
        return decoded(colon < 0 ? rawUser : rawUser.substring(0, colon));
    }

    /**
     * The password of the user: that in the file of {@code passwordFile}, read each time, or that in the variable of
     * {@code passwordEnv}, or that in the URI.
     *
     * @param variables the environment
     * @return gives it when it is needed
     * @throws IllegalArgumentException if there is no user, or the variable is not set
     */
    public Password password(Map<String, String> variables) {
        String file = options.text(PASSWORD_FILE).orElse("");
        String variable = options.text(PASSWORD_ENV).orElse("");
        if (rawUser.isEmpty() && !(file.isEmpty() && variable.isEmpty())) {
            throw new IllegalArgumentException("user: none (expected: one, as in " + form.scheme() + "://name@host)");
        }
        if (!file.isEmpty()) {
            return () -> fromFile(Path.of(file));
        }
        String value = variable.isEmpty() ? inside() : variables.getOrDefault(variable, "");
        if (!variable.isEmpty() && value.isEmpty()) {
            throw new IllegalArgumentException("passwordEnv: \"" + variable + "\" (expected: a variable that is set)");
        }
        return () -> value;
    }

    private String inside() {
        int colon = rawUser.indexOf(':');
        return colon < 0 ? "" : decoded(rawUser.substring(colon + 1));
    }

    private static String fromFile(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("password file: \"" + file + "\" (expected: a readable file)", e);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * The part that names the source.
     *
     * @return with the user and what may be secret
     */
    public URI shared() {
        String query = options.query(form.source());
        return URI.create(form.scheme() + "://" + (rawUser.isEmpty() ? "" : rawUser + "@") + String.join(",", members)
                + (query.isEmpty() ? "" : "?" + query));
    }

    /**
     * The options that narrow the search; a flag that is false is none.
     *
     * @return by name
     */
    public Map<String, String> queryOptions() {
        Map<String, String> query = new TreeMap<>(options.values());
        query.keySet().removeAll(form.source());
        query.entrySet().removeIf(option -> option.getValue().equals("false"));
        return query;
    }

    @Override
    public String toString() {
        return String.join(",", members) + "/" + path;
    }
}
