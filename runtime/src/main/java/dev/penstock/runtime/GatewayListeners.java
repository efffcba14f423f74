package dev.penstock.runtime;

import dev.penstock.admin.ListenerOutcome;
import dev.penstock.admin.ListenerWatch;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.ListenerStatus;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What becomes of the listeners of a gateway. Thread-safe. */
final class GatewayListeners implements ListenerWatch {
    /** Long: binding takes a moment, but a name of an address may have to be looked up. */
    private static final int LIMIT_SECONDS = 30;

    private final Gateway gateway;

    GatewayListeners(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public ListenerOutcome outcome(long tableVersion, String listener) {
        try {
            gateway.followed(tableVersion).toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return ListenerOutcome.late("listener \"" + listener + "\": not bound after " + LIMIT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return closing(listener);
        }
        boolean defined = gateway.penstock().table().listeners().stream()
                .anyMatch(spec -> spec.name().equals(listener));
        try {
            ListenerStatus status = gateway.status(listener);
            if (!defined) {
                return closing(listener);
            }
            return status.isOpen() ? ListenerOutcome.DONE : ListenerOutcome.unbound(status.problem());
        } catch (IllegalArgumentException e) { // there is none
            return defined ? closing(listener) : ListenerOutcome.DONE;
        }
    }

    /** Nobody is held up by a gateway that follows no more. */
    private static ListenerOutcome closing(String listener) {
        return ListenerOutcome.late("listener \"" + listener + "\": the gateway closes");
    }
}
