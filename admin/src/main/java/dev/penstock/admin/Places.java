package dev.penstock.admin;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Has so few wait at a time that there are always threads left for others. Thread-safe. */
final class Places {
    private final String what;
    private final int most;
    private final Semaphore free;

    /** Of what there are so many at most. */
    Places(String what, int most) {
        this.what = what;
        this.most = most;
        this.free = new Semaphore(most);
    }

    /** Calls something that may wait; throws a 503 where too many do. */
    <T> T in(Supplier<T> call) {
        if (!free.tryAcquire()) {
            throw new ApiProblem(
                    503, what + ": " + most + " are under way or wait (expected: fewer); try again in a second");
        }
        try {
            return call.get();
        } finally {
            free.release();
        }
    }

    /** Those that are under way or wait. */
    int taken() {
        return most - free.availablePermits();
    }
}
