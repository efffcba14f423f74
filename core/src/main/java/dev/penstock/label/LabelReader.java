package dev.penstock.label;

import java.util.List;
import java.util.Map;

/**
 * Reads labels in two conventions: {@code penstock.*}, and {@code traefik.*} as Traefik reads them. Immutable.
 *
 * <p>One entry (a route, a service) that cannot be understood is left out with one sentence that names its key, its value
 * and what was expected; the others work. {@code docs/labels.md} lists the keys.
 */
public final class LabelReader {
    /** The most labels of one thing that are read; there is a sentence about the others. */
    public static final int MAX_LABELS = 1_000;

    private static final LabelReader DEFAULTS = new LabelReader(Map.of());

    private final Map<String, String> entryPoints;

    private LabelReader(Map<String, String> entryPoints) {
        this.entryPoints = Map.copyOf(entryPoints);
    }

    /**
     * A reader that takes Traefik's entry points for listeners of the same name.
     *
     * @return the reader
     */
    public static LabelReader defaults() {
        return DEFAULTS;
    }

    /**
     * A reader that knows what Traefik's entry points are called here.
     *
     * @param listeners the name of a listener by that of an entry point, an empty one for any listener; entry points that
     *     are not named are not understood
     * @return a copy
     */
    public LabelReader withEntryPoints(Map<String, String> listeners) {
        return new LabelReader(listeners);
    }

    /**
     * Reads the labels of one thing.
     *
     * @param thing with its labels; those of others (neither {@code penstock.} nor {@code traefik.}) mean nothing
     * @return what they say
     */
    public Labelled read(LabelledThing thing) {
        var labels = LabelSet.of(thing, MAX_LABELS);
        if (!labels.enabled()) {
            return new Labelled(false, List.of(), List.of(), labels.problems());
        }
        var draft = new LabelDraft(thing.service());
        new OwnLabels(labels, draft).read();
        new TraefikLabels(labels, draft, entryPoints).read();
        return draft.labelled(labels);
    }
}
