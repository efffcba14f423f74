package dev.penstock.discovery.docker;

import java.util.HashMap;
import java.util.Map;

/** The views of the newest snapshot, by conventions, of which there are few. Confined to the serial executor of its daemon. */
final class Views {
    private static final int MOST = 100;

    private final Map<Conventions, View> views = new HashMap<>();

    View view(Snapshot snapshot, Conventions conventions) {
        View known = views.get(conventions);
        if (known != null && known.snapshot().equals(snapshot)) {
            return known;
        }
        if (views.size() >= MOST) {
            views.clear();
        }
        var view = new View(snapshot, conventions, known);
        views.put(conventions, view);
        return view;
    }
}
