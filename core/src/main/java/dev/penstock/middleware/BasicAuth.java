package dev.penstock.middleware;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who has a name and its password (RFC 7617). Immutable.
 *
 * @param realm what clients are told that they are asked for
 * @param users passwords by name
 * @param usersFile lines {@code name:hash}, which come before those of the same name in {@code users}; read again once it is
 *     replaced; null: none
 * @param forward whether the endpoint sees the credentials
 */
public record BasicAuth(
        String realm,
        Map<String, PasswordHash> users,
        @Nullable Path usersFile,
        boolean forward) implements Middleware {
    static final int LONGEST_USER = 255;

    /** Checks the realm and copies the map. */
    public BasicAuth {
        users = Map.copyOf(users);
        if (!realm.matches("[ !#-\\[\\]-~]{1,128}")) {
            throw new IllegalArgumentException("realm: \"" + realm + "\" (expected: a line without quotes)");
        }
        if (users.isEmpty() && usersFile == null) {
            throw new IllegalArgumentException("users: none (expected: at least one, or a file)");
        }
        users.keySet().forEach(BasicAuth::checkUser);
    }

    /**
     * With users that are known.
     *
     * @param realm see {@link #realm()}
     * @param users see {@link #users()}; at least one
     * @param forward see {@link #forward()}
     */
    public BasicAuth(String realm, Map<String, PasswordHash> users, boolean forward) {
        this(realm, users, null, forward);
    }

    private static void checkUser(String user) {
        if (user.isEmpty() || user.length() > LONGEST_USER || user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("user (expected: 1..255 characters, no colon)");
        }
    }

    @Override
    public String text() {
        return "basic authentication, "
                + (users.isEmpty() ? "" : users.size() + " users")
                + (users.isEmpty() || usersFile == null ? "" : " and ")
                + (usersFile == null ? "" : "those of a file");
    }

    @Override
    public String toString() {
        return text();
    }
}
