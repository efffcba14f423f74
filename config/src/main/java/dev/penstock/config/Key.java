package dev.penstock.config;

/**
 * One key of the configuration file, as people and editors are told of it. Immutable.
 *
 * @param path as in {@code listeners[].timeouts.idle}: {@code []} is an item of a list, {@code *} a name of the user's own
 * @param type what it takes
 * @param standard what holds without it: between {@code `} a value that could be written, else words; may be empty
 * @param meaning one sentence, in which links of Markdown may stand
 */
record Key(String path, KeyType type, String standard, String meaning) {
    /** What it is a key of, as in {@code listeners[].timeouts}; empty for a key of the first level. */
    String owner() {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    /** The last word of its path. */
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    boolean required() {
        return standard.equals("required");
    }

    /** The default as it could be written; empty where it is told in words. */
    String literal() {
        boolean quoted = standard.matches("`[^`]+`");
        return quoted ? standard.substring(1, standard.length() - 1) : "";
    }
}
