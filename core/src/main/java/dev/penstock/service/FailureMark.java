package dev.penstock.service;

/** Whether an endpoint of a service has failed since the control path looked last: set by requests. Thread-safe. */
final class FailureMark {
    private volatile boolean set;

    void set() {
        if (!set) { // else every failure of an outage would write to one cache line
            set = true;
        }
    }

    /** Whether it was set; it no longer is. */
    boolean take() {
        if (!set) {
            return false; // and not written: a failure of this moment would be lost
        }
        set = false;
        return true;
    }
}
