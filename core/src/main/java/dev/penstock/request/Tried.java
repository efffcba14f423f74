package dev.penstock.request;

/** The endpoints that a request has been sent to, or was to be sent to, before this attempt. */
public interface Tried {
    /** Nothing was tried: this is the first attempt. */
    Tried NOTHING = new Tried() {
        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public boolean contains(String endpointId) {
            return false;
        }
    };

    /**
     * Tells whether this is the first attempt.
     *
     * @return true if nothing was tried yet
     */
    boolean isEmpty();

    /**
     * Tells whether an endpoint was tried.
     *
     * @param endpointId its id
     * @return true if an earlier attempt of this request went there
     */
    boolean contains(String endpointId);

    /**
     * Tells whether an attempt is under way at an endpoint, which has not failed: this one is made beside it.
     *
     * @param endpointId its id
     * @return false unless overridden: all earlier attempts are over
     */
    default boolean isUnderWay(String endpointId) {
        return false;
    }
}
