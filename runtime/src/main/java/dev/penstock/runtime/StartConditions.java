package dev.penstock.runtime;

import dev.penstock.Penstock;
import dev.penstock.admin.Readiness;
import dev.penstock.proxy.Gateway;
import dev.penstock.service.Service;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether all is there that a start waits for: a good answer of every catalog and of every source of endpoints, and the listeners
 * that are defined by then, which may be those that catalogs told, bound or known not to be. Thread-safe.
 */
final class StartConditions implements BooleanSupplier {
    private final Penstock penstock;
    private volatile @Nullable Gateway gateway;

    /** Not fulfilled as long as there are no listeners. */
    StartConditions(Penstock penstock) {
        this.penstock = penstock;
    }

    /** Listeners are these. */
    void listenersOf(Gateway started) {
        gateway = started;
    }

    @Override
    public boolean getAsBoolean() {
        Gateway started = gateway;
        return started != null
                && penstock.catalogs().stream().allMatch(catalog -> catalog.revision() > 0)
                && penstock.table().services().stream().map(Service::state).allMatch(Readiness::succeededOnce)
                // last: what catalogs told is in this table
                && started.followed(penstock.table().version())
                        .toCompletableFuture()
                        .isDone();
    }
}
