package dev.penstock.middleware;

import java.util.Map;

/**
 * Lets in who has a name and its password (RFC 7617). Immutable.
 *
 * @param realm what clients are told that they are asked for
 * @param users passwords by name
 * @param forward whether the endpoint sees the credentials
 */
public record BasicAuth(String realm, Map<String, PasswordHash> users, boolean forward) implements Middleware {
    /** Checks the realm and copies the map. */
    public BasicAuth {
        users = Map.copyOf(users);
        if (!realm.matches("[ !#-\\[\\]-~]{1,128}")) {
            throw new IllegalArgumentException("realm: \"" + realm + "\" (expected: a line without quotes)");
        }
        if (users.isEmpty()) {
            throw new IllegalArgumentException("users: none (expected: at least one)");
        }
        users.keySet().forEach(BasicAuth::checkUser);
    }

    private static void checkUser(String user) {
        if (user.isEmpty() || user.length() > 255 || user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("user (expected: 1..255 characters, no colon)");
        }
    }

    @Override
    public String text() {
        return "basic authentication, " + users.size() + " users";
    }

    @Override
    public String toString() {
        return text();
    }
}
