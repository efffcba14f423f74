package dev.penstock.discovery.consul;

/**
 * The rules of {@code X-Consul-Index}. Stateless.
 *
 * @see <a href="https://developer.hashicorp.com/consul/api-docs/features/blocking">Consul, blocking queries</a>
 */
final class BlockingIndex {
    /** Ask without an index: the answer comes at once. */
    static final long NONE = 0;

    private BlockingIndex() {}

    /** What to send next; an index that went backwards means that the state was restored, or another server answered. */
    static long next(long sent, long received) {
        if (received <= 0) {
            return 1; // zero would not block, and so run hot
        }
        return received < sent ? NONE : received;
    }

    /** What the header says; zero if it is missing or no number. */
    static long parse(String header) {
        try {
            return Long.parseLong(header.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
