package dev.penstock.observe;

/**
 * Is told of events of the control path and cannot change them.
 *
 * <p>Called one event at a time on a thread of its own; it may be slow or throw without any effect on traffic or other
 * observers. Events beyond a backlog of 1,024 are dropped and counted.
 */
@FunctionalInterface
public interface Observer {
    /**
     * Is told of an event.
     *
     * @param event what happened
     */
    void on(Event event);
}
