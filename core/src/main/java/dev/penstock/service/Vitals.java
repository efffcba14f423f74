package dev.penstock.service;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.Health;
import dev.penstock.outlier.Ejection;
import org.jspecify.annotations.Nullable;

/**
 * What a service keeps of the health of one endpoint, under its id. Written on the serial executor of its service; what
 * {@link #shown} gives, on any thread, is whole.
 */
final class Vitals {
    /** Parts of a whole weight. */
    static final int FULL = 10;

    private final long bornNanos;
    private final boolean fromTheStart;
    private Endpoint endpoint;
    private boolean drained;
    private Health health = Health.UNKNOWN;
    private String evidence = "";
    private @Nullable Ejection ejection;
    private int growth = FULL;
    private int counted = FULL;
    private boolean absent;
    private long absentNanos;
    private volatile EndpointHealth shown = EndpointHealth.NONE;

    /**
     * An endpoint that is seen for the first time.
     *
     * @param fromTheStart whether it is among the first of its service
     */
    Vitals(Endpoint endpoint, long nowNanos, boolean fromTheStart) {
        this.endpoint = endpoint;
        this.bornNanos = nowNanos;
        this.fromTheStart = fromTheStart;
    }

    EndpointHealth shown() {
        return shown;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** It is a member now; true if it stands elsewhere than before: another process, of whose health nothing is known. */
    boolean describe(Endpoint now) {
        boolean moved = endpoint.port() != now.port() || !endpoint.host().equals(now.host());
        endpoint = now;
        absent = false;
        if (moved) {
            health = Health.UNKNOWN;
            evidence = "";
            ejection = null;
            show();
        }
        return moved;
    }

    void missing(long nowNanos) {
        if (!absent) {
            absent = true;
            absentNanos = nowNanos;
        }
    }

    boolean absentLongerThan(long nanos, long nowNanos) {
        return absent && absentForNanos(nowNanos) > nanos;
    }

    /** Of one that is absent. */
    long absentForNanos(long nowNanos) {
        return nowNanos - absentNanos;
    }

    boolean isAbsent() {
        return absent;
    }

    boolean drained() {
        return drained;
    }

    void drain(boolean out) {
        drained = out;
        show();
    }

    Health health() {
        return health;
    }

    /** True if it changed between down and not. */
    boolean checked(Health now, String seen) {
        boolean turned = (health == Health.DOWN) != (now == Health.DOWN);
        health = now;
        evidence = seen;
        show();
        return turned;
    }

    void ejected(@Nullable Ejection now) {
        ejection = now;
        show();
    }

    /** Why it is not to be used; empty if it is healthy. */
    String illness() {
        if (health == Health.DOWN) {
            return "health check failed: " + evidence;
        }
        Ejection now = ejection;
        return now == null ? "" : "ejected for " + now.length().toSeconds() + " s: " + now.why();
    }

    /** Whether it is ejected, and no check speaks against it. */
    boolean onlyEjected() {
        return ejection != null && health != Health.DOWN;
    }

    long ageNanos(long nowNanos) {
        return fromTheStart ? Long.MAX_VALUE : nowNanos - bornNanos;
    }

    /** Tenths of its weight that count. */
    int growth() {
        return growth;
    }

    void grow(int tenths) {
        growth = tenths;
    }

    /** What of its weight counts beside the others: all of it where they are as new. */
    void counts(int tenths) {
        if (counted != tenths) {
            counted = tenths;
            show();
        }
    }

    private void show() {
        shown = new EndpointHealth(drained, health, evidence, ejection, counted * 100 / FULL);
    }
}
