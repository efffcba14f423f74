package dev.penstock.runtime;

import dev.penstock.admin.ListenerOutcome;
import dev.penstock.admin.ListenerWatch;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.ListenerStatus;
import dev.penstock.resolve.IpLiteral;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
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
            follow(tableVersion);
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

    private void follow(long tableVersion) throws TimeoutException, ExecutionException, InterruptedException {
        gateway.followed(tableVersion).toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Binds an address as the gateway does, but does not listen. UDP is left out, since flows that end hold an address which
     * the gateway takes from them, and so are names, which may take long to look up.
     */
    @Override
    public String obstacle(ListenerSpec listener) {
        boolean literal =
                listener.host().isEmpty() || IpLiteral.parse(listener.host()).isPresent();
        if (!literal || !listener.protocol().isOverTcp()) {
            return "";
        }
        try (var socket = new Socket()) {
            follow(gateway.penstock().table().version()); // what was closed before may have that address yet
            socket.setReuseAddress(true);
            socket.bind(
                    listener.host().isEmpty()
                            ? new InetSocketAddress(listener.port())
                            : new InetSocketAddress(listener.host(), listener.port()));
            return "";
        } catch (IOException e) {
            return "listener \"" + listener.name() + "\": " + listener.address() + ": " + e.getMessage()
                    + " (expected: an address of this machine and a free port)";
        } catch (TimeoutException | ExecutionException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Nobody is held up by a gateway that follows no more. */
    private static ListenerOutcome closing(String listener) {
        return ListenerOutcome.late("listener \"" + listener + "\": the gateway closes");
    }
}
