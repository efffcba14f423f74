package dev.penstock.discovery.docker;

import java.util.HashMap;
import java.util.Map;

/** The views of the newest snapshot, by conventions, of which there are few. Confined to the serial executor of its daemon. */
final class Views {
    private static final int MOST = 100;

    private final Map<Conventions, View> views = new HashMap<>();

    View view(Snapshot snapshot, Conventions conventions) {
        View known = views.get(conventions);
        if (known == null) {
            if (views.size() >= MOST) {
                views.clear();
            }
            known = new View(conventions);
            views.put(conventions, known);
        }
        if (!known.snapshot().equals(snapshot)) {
            known.become(snapshot);
        }
        return known;
    }
}
