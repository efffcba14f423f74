package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a picker may use besides its candidates; lives as long as its service, its tier, or its zone, and keeps what rules have
 * learned there. What it gives is thread-safe; new tiers and zones begin on the control path only.
 */
public final class PickerContext {
    private final Cursor cursor;
    private final Randomness randomness;
    private final Ticker ticker;
    private final long seed;
    private final Quantile hot;
    private final boolean copied;
    private volatile boolean charted;
    private volatile @Nullable Placed placed;
    private volatile Map<Integer, PickerContext> tiers = Map.of();
    private volatile Map<String, PickerContext> zones = Map.of();

    /**
     * A context in which nothing has been learned.
     *
     * @param cursor the position of rules that go round; survives snapshots
     * @param randomness where chance comes from
     * @param ticker where time comes from
     */
    public PickerContext(Cursor cursor, Randomness randomness, Ticker ticker) {
        this(cursor, randomness, ticker, Mix.of(cursor.position()), new Quantile(HotCold.QUANTILE), false);
    }

    private PickerContext(
            Cursor cursor, Randomness randomness, Ticker ticker, long seed, Quantile hot, boolean copied) {
        this.cursor = requireNonNull(cursor, "cursor");
        this.randomness = requireNonNull(randomness, "randomness");
        this.ticker = requireNonNull(ticker, "ticker");
        this.seed = seed;
        this.hot = hot;
        this.copied = copied;
    }

    /**
     * A context for a service that begins, at a random position: so that many processes that start together do not all
     * begin with the same endpoint.
     *
     * @param randomness where chance comes from; one number is drawn
     * @param ticker where time comes from
     * @return a new context
     */
    public static PickerContext begin(Randomness randomness, Ticker ticker) {
        return new PickerContext(new Cursor(randomness.nextLong()), randomness, ticker);
    }

    /** {@return the position of rules that go round; the same for all snapshots} */
    public Cursor cursor() {
        return cursor;
    }

    /** {@return where chance comes from} */
    public Randomness randomness() {
        return randomness;
    }

    /** {@return where time comes from} */
    public Ticker ticker() {
        return ticker;
    }

    /** How many requests make an endpoint hot, as {@link HotCold} has learned: the same object for all snapshots. */
    Quantile hot() {
        return hot;
    }

    /** A number that this service, tier or zone has for itself and keeps. */
    long seed() {
        return seed;
    }

    /** Whether it is a copy, for what shall change nothing. */
    boolean copied() {
        return copied;
    }

    /** Whether the picker made last goes by a {@link LoadChart} that its candidates write; copies of it do as it does. */
    boolean charted() {
        return charted;
    }

    void charted(boolean byChart) {
        charted = byChart;
    }

    /** Where a rule that goes by keys has placed them last; null if none has. */
    @Nullable
    Placed placed() {
        return placed;
    }

    void placed(Placed last) {
        placed = last;
    }

    /** The context of a tier; the cursor of a new one begins at a turn that no other began at. On the control path only. */
    PickerContext tier(int priority) {
        PickerContext known = tiers.get(priority);
        if (known != null) {
            return known;
        }
        PickerContext begun = begun(priority);
        tiers = with(tiers, priority, begun);
        return begun;
    }

    /** The context of a zone, in the same way. */
    PickerContext zone(String name) {
        PickerContext known = zones.get(name);
        if (known != null) {
            return known;
        }
        PickerContext begun = begun(XxHash64.of(name));
        zones = with(zones, name, begun);
        return begun;
    }

    /** Forgets other tiers. On the control path only. */
    void retainTiers(Set<Integer> priorities) {
        tiers = retained(tiers, priorities);
    }

    /** Forgets other zones. On the control path only. */
    void retainZones(Set<String> names) {
        zones = retained(zones, names);
    }

    /** Its seed is that of its number, so that one that was forgotten comes back as it was, but for its turn. */
    private PickerContext begun(long number) {
        var begins = new Cursor(cursor.next());
        return new PickerContext(
                begins, randomness, ticker, Mix.of(seed + number), new Quantile(HotCold.QUANTILE), copied);
    }

    private static <K> Map<K, PickerContext> with(Map<K, PickerContext> some, K key, PickerContext context) {
        Map<K, PickerContext> more = new HashMap<>(some);
        more.put(key, context);
        return more;
    }

    private static <K> Map<K, PickerContext> retained(Map<K, PickerContext> some, Set<K> keys) {
        if (keys.containsAll(some.keySet())) {
            return some;
        }
        Map<K, PickerContext> retained = new HashMap<>(some);
        retained.keySet().retainAll(keys);
        return retained;
    }

    /** How many tiers and zones have a context of their own. */
    int parts() {
        return tiers.size() + zones.size();
    }

    /**
     * A context that gives the same picks as this one would next, and leaves this one as it is.
     *
     * @return an independent copy
     */
    public PickerContext fork() {
        return fork(randomness.fork());
    }

    /** The same with chance from elsewhere. */
    PickerContext fork(Randomness chance) {
        var fork = new PickerContext(cursor.fork(), chance, ticker, seed, hot.fork(), true);
        fork.charted = charted;
        fork.placed = placed;
        fork.tiers = forks(tiers, chance);
        fork.zones = forks(zones, chance);
        return fork;
    }

    private static <K> Map<K, PickerContext> forks(Map<K, PickerContext> some, Randomness chance) {
        Map<K, PickerContext> forks = new HashMap<>();
        some.forEach((key, context) -> forks.put(key, context.fork(chance)));
        return forks;
    }
}
