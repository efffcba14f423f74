package dev.penstock.testkit;

import dev.penstock.discovery.ServiceState;
import java.util.List;
import java.util.function.Consumer;

/** An observer of a service that keeps the states it is told, see {@link Told}. Thread-safe. */
public final class ToldStates implements Consumer<ServiceState> {
    private final Told<ServiceState> told = new Told<>();

    /** An observer that was told nothing. */
    public ToldStates() {}

    @Override
    public void accept(ServiceState state) {
        told.accept(state);
    }

    /** Makes each further call block until {@link #unblock()}. */
    public void block() {
        told.block();
    }

    /** Lets calls go on. */
    public void unblock() {
        told.unblock();
    }

    /**
     * What it was told.
     *
     * @return in order
     */
    public List<ServiceState> states() {
        return told.all();
    }

    /**
     * What it was told last.
     *
     * @return pending if nothing was
     */
    public ServiceState last() {
        return told.last().orElseGet(ServiceState.Pending::new);
    }

    /**
     * Counts the calls that came while another was under way.
     *
     * @return {@code 0} if calls are serial
     */
    public int overlaps() {
        return told.overlaps();
    }
}
