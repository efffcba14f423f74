package dev.penstock.middleware;

/**
 * Compares passwords with hashes of bcrypt, which core does not know by itself. Thread-safe; found by
 * {@link java.util.ServiceLoader}, as that of penstock-runtime.
 */
public interface Bcrypt {
    /**
     * Tells whether a password is the one. Takes as long as the hash says.
     *
     * @param password of which bcrypt heeds the first 72 bytes in UTF-8
     * @param hash as in {@code $2y$10$} and 53 characters more
     * @return true if it is
     */
    boolean matches(String password, String hash);
}
