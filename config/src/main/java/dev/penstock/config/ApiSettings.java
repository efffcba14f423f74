package dev.penstock.config;

import static java.util.Objects.requireNonNull;

/**
 * Who may use the API of servers, and for what. Immutable; its text does not tell the token.
 *
 * @param token what callers of the admin listener have to show, all but those of {@code /status}: 8 to 512 visible characters
 *     of ASCII; empty: nothing
 * @param open whether the API may be used without a token also where its address is not a loopback one
 * @param override whether the API may define servers at addresses that catalogs define
 */
public record ApiSettings(String token, boolean open, boolean override) {
    /** What a token is to be. */
    static final String TOKEN = "8 to 512 visible characters of ASCII";

    /** Checks the token. */
    public ApiSettings {
        requireNonNull(token, "token");
        if (!token.isEmpty() && !token.matches("[!-~]{8,512}")) {
            throw new IllegalArgumentException(
                    "token: one of " + token.length() + " characters (expected: " + TOKEN + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return no token, not open, no override
     */
    public static ApiSettings defaults() {
        return new ApiSettings("", false, false);
    }

    /**
     * The same with another token.
     *
     * @param token see {@link #token()}
     * @return a copy
     */
    public ApiSettings withToken(String token) {
        return new ApiSettings(token, open, override);
    }

    /**
     * The same, open to others or not.
     *
     * @param open see {@link #open()}
     * @return a copy
     */
    public ApiSettings withOpen(boolean open) {
        return new ApiSettings(token, open, override);
    }

    /**
     * The same, over catalogs or not.
     *
     * @param override see {@link #override()}
     * @return a copy
     */
    public ApiSettings withOverride(boolean override) {
        return new ApiSettings(token, open, override);
    }

    @Override
    public String toString() {
        return "ApiSettings[token=" + (token.isEmpty() ? "none" : "set") + ", open=" + open + ", override=" + override
                + "]";
    }
}
