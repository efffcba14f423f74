package dev.penstock.proxy;

import org.jspecify.annotations.Nullable;

/** The clients of one listener on one event loop that have no request under way, oldest first. Confined to the loop. */
final class IdleClients {
    private @Nullable Link oldest;
    private @Nullable Link newest;

    /** The client that has been here for the longest; null where none is. */
    @Nullable
    DownstreamConnection oldest() {
        return oldest == null ? null : oldest.connection;
    }

    void add(Link link) {
        if (link.linked) {
            return;
        }
        link.linked = true;
        link.older = newest;
        if (newest == null) {
            oldest = link;
        } else {
            newest.newer = link;
        }
        newest = link;
    }

    void remove(Link link) {
        if (!link.linked) {
            return;
        }
        link.linked = false;
        if (link.older == null) {
            oldest = link.newer;
        } else {
            link.older.newer = link.newer;
        }
        if (link.newer == null) {
            newest = link.older;
        } else {
            link.newer.older = link.older;
        }
        link.older = null;
        link.newer = null;
    }

    /** The place of one client, made once: nothing is allocated for a request. */
    static final class Link {
        private final DownstreamConnection connection;
        private @Nullable Link older;
        private @Nullable Link newer;
        private boolean linked;

        Link(DownstreamConnection connection) {
            this.connection = connection;
        }
    }
}
