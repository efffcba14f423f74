package dev.penstock.discovery.dns;

/** DNS gave no answer that counts; the message says why, in one sentence for a person. */
final class DnsProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DnsProblem(String message) {
        super(message, null, false, false); // expected, often, and told by its message alone
    }
}
