package dev.penstock.proxy;

/**
 * What all connections of a gateway may take together. Immutable.
 *
 * @param bufferBytes what may wait in them
 * @param retryBytes what may be kept of requests that may have to be sent again
 * @param idleConnections how many connections to endpoints may be kept for later requests
 */
record SharedLimits(long bufferBytes, long retryBytes, int idleConnections) {
    static SharedLimits defaults() {
        return new SharedLimits(BufferBudget.defaultBytes(), 64L << 20, 8_192);
    }

    SharedLimits withBufferBytes(long bufferBytes) {
        return new SharedLimits(bufferBytes, retryBytes, idleConnections);
    }

    SharedLimits withRetryBytes(long retryBytes) {
        return new SharedLimits(bufferBytes, retryBytes, idleConnections);
    }

    SharedLimits withIdleConnections(int idleConnections) {
        return new SharedLimits(bufferBytes, retryBytes, idleConnections);
    }

    /** The idle connections that a loop may keep, one of so many that keep all of them together. */
    int idleOf(int loop, int loops) {
        return idleConnections / loops + (loop < idleConnections % loops ? 1 : 0);
    }
}
