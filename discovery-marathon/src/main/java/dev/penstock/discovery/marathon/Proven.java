package dev.penstock.discovery.marathon;

import dev.penstock.endpoint.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tasks that have shown that they may be used. One read at a time.
 *
 * <p>Marathon forgets what it found: the results of readiness checks with each step of a deployment, those of health checks
 * with each new leader. A task that was in does not go out for that; only a bad result takes it out.
 *
 * @see <a href="https://github.com/mesosphere/marathon/blob/master/docs/docs/readiness-checks.md">Readiness checks</a>
 */
final class Proven {
    private volatile Set<Key> keys = Set.of();

    private record Key(String task, String version) {
        Key(Task task) {
            this(task.id(), task.version());
        }
    }

    boolean contains(Task task) {
        return keys.contains(new Key(task));
    }

    /** Takes what a read has found; those that are not listed any more are forgotten. */
    void learn(List<Snapshot.Placed> tasks) {
        Set<Key> next = new HashSet<>();
        for (Snapshot.Placed placed : tasks) {
            Phase phase = Placement.phase(placed);
            boolean refused = phase == Phase.STARTING || placed.task().alive().contains(false);
            if (phase == Phase.ACTIVE || (placed.proven() && !refused)) {
                next.add(new Key(placed.task()));
            }
        }
        keys = next;
    }
}
