package dev.penstock.discovery.docker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An answer, or parts of it one by one, that must not be larger than a limit. Confined to its reader. */
final class Bounded extends FilterInputStream {
    private final String path;
    private final int limit;
    private long left;

    Bounded(InputStream in, String path, int limit) {
        super(in);
        this.path = path;
        this.limit = limit;
        left = limit;
    }

    /** The next part begins. */
    void next() {
        left = limit;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = super.read(bytes, from, length);
        count(read);
        return read;
    }

    private void count(int bytes) {
        left -= Math.max(0, bytes);
        if (left < 0) {
            throw new DockerProblem(200, "GET " + path + ": more than " + limit + " bytes (expected: fewer)");
        }
    }
}
