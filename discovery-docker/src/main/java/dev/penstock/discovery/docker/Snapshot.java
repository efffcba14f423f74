package dev.penstock.discovery.docker;

import java.util.List;

/**
 * Everything that a daemon runs at one moment. Immutable.
 *
 * @param things those that are the same as before are the same objects
 * @param problems one sentence for each entry that could not be read
 * @param ownNetworks the networks of the container that this process runs in; empty if it runs in none
 */
record Snapshot(List<Thing> things, List<String> problems, List<String> ownNetworks) {
    Snapshot {
        things = List.copyOf(things);
        problems = List.copyOf(problems);
        ownNetworks = List.copyOf(ownNetworks);
    }
}
