package dev.penstock.limit;

import dev.penstock.limit.Gate.Waiter;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Those who wait before a {@link Gate}, in the order in which they came. Thread-safe, lock-free. */
final class Line {
    private final ConcurrentSkipListMap<Long, Place> places = new ConcurrentSkipListMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /** Adds one behind all others. */
    Place add(Waiter waiter, long nowNanos) {
        var place = new Place(numbers.getAndIncrement(), nowNanos, waiter);
        add(place);
        return place;
    }

    /** Adds one where it stood before. */
    void add(Place place) {
        places.put(place.number, place);
    }

    /** Takes one out; false if somebody else has. */
    boolean remove(Place place) {
        return places.remove(place.number) != null;
    }

    boolean holds(Place place) {
        return places.containsKey(place.number);
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /** The one that has waited longest; null if there is none. */
    @Nullable
    Place first() {
        Map.Entry<Long, Place> first = places.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** Takes out the one that has waited longest, where it is certain that there is one. */
    Place takeFirst() {
        while (true) {
            Map.Entry<Long, Place> first = places.pollFirstEntry();
            if (first != null) {
                return first.getValue();
            }
            Thread.onSpinWait(); // a look at the line may miss it while others come and go
        }
    }
}
