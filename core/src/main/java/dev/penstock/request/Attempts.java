package dev.penstock.request;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/** The endpoints that the attempts of one request went to. Confined to the thread that handles the request. */
public final class Attempts implements Tried {
    // Most requests that are tried again are tried once or twice more.
    private static final int FIRST_CAPACITY = 2;

    private String[] endpointIds = new String[FIRST_CAPACITY];
    private boolean[] underWay = new boolean[FIRST_CAPACITY];
    private int count;

    /** Nothing tried yet. */
    public Attempts() {}

    /**
     * Notes an attempt that is over.
     *
     * @param endpointId the id of the endpoint it went to
     */
    public void add(String endpointId) {
        note(endpointId, false);
    }

    /**
     * Notes an attempt that is under way, until {@link #failed} says otherwise.
     *
     * @param endpointId the id of the endpoint it goes to
     */
    public void begin(String endpointId) {
        note(endpointId, true);
    }

    private void note(String endpointId, boolean begins) {
        requireNonNull(endpointId, "endpointId");
        if (count == endpointIds.length) {
            endpointIds = Arrays.copyOf(endpointIds, count * 2);
            underWay = Arrays.copyOf(underWay, count * 2);
        }
        endpointIds[count] = endpointId;
        underWay[count++] = begins;
    }

    /**
     * Notes that an attempt has failed: all that began there are over.
     *
     * @param endpointId the id of the endpoint it went to
     */
    public void failed(String endpointId) {
        for (int i = 0; i < count; i++) {
            underWay[i] &= !endpointIds[i].equals(endpointId);
        }
    }

    /** Forgets all of them: they went to another service. */
    public void clear() {
        count = 0;
    }

    /**
     * The number of attempts, those at the same endpoint included.
     *
     * @return {@code >= 0}
     */
    public int count() {
        return count;
    }

    @Override
    public boolean isEmpty() {
        return count == 0;
    }

    @Override
    public boolean contains(String endpointId) {
        for (int i = 0; i < count; i++) {
            if (endpointIds[i].equals(endpointId)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isUnderWay(String endpointId) {
        for (int i = 0; i < count; i++) {
            if (underWay[i] && endpointIds[i].equals(endpointId)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return Arrays.asList(endpointIds).subList(0, count).toString();
    }
}
