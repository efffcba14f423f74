package dev.penstock.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A real server that tells a gateway its endpoints, driven by a test. Each lane is a service with a host of its own; its
 * endpoints are backends of the source, known by numbers from 0 on. Backends go on answering when the source has dropped
 * them, so an answer shows where the gateway sent a request. Thread-safe across lanes.
 */
interface LiveSource extends AutoCloseable {
    /** As in {@code consul}. */
    String name();

    /** A catalog for the gateway's file, if routes come from the source. */
    default Optional<String> catalog() {
        return Optional.empty();
    }

    /** What a lane's service discovers, if the file has the routes. */
    default Optional<String> discover(int lane) {
        return Optional.empty();
    }

    /** What is different about each kind of change, in an order that ends as it began; backend 0 of the lane stays. */
    List<Change> cycle(int lane);

    /** Makes a backend an endpoint of a lane; returns when the source shows it. */
    void put(int lane, int backend);

    /** Takes it back; returns when the source shows it. */
    void take(int lane, int backend);

    /** What the endpoints of all lanes are. */
    LoopbackBackends backends();

    /** The body of a backend's answers. */
    default String answer(int backend) {
        return backends().answer(backend);
    }

    /** Where backends listen. */
    default Set<Integer> ports() {
        return backends().ports();
    }

    /** Ends the server as a crash does. */
    void down();

    /**
     * Brings a lane as near to the wanted backends as it can be while the server is away.
     *
     * @return those that the server will tell when it is back
     */
    Set<Integer> changeWhileAway(int lane, Set<Integer> now, Set<Integer> wanted);

    /** Brings the server back where it was, with what it had; returns when it serves. */
    void up();

    @Override
    void close();

    /** The longest pause between two changes; those that are polled for are to meet all moments of an interval. */
    default Duration spacing() {
        return Duration.ofMillis(200);
    }

    /** The host whose requests belong to a lane. */
    default String host(int lane) {
        return "lane" + lane + "." + name() + ".test";
    }

    /**
     * One kind of change, which can be made again and again in its turn.
     *
     * @param kind as in {@code registration}
     * @param appears whether the endpoint comes or goes
     * @param goal from the source's word to traffic
     * @param action makes the change
     */
    record Change(String kind, boolean appears, Duration goal, Action action) {}

    /** Makes a change. */
    interface Action {
        /** Returns what the answers of the changed endpoint say, and when the source first showed the change. */
        Shown run();
    }

    /**
     * A change that was made.
     *
     * @param answer of the endpoint that came or went
     * @param nanos of the system's ticker
     */
    record Shown(String answer, long nanos) {}
}
