package dev.penstock.runtime;

import dev.penstock.admin.AdminHandler;
import dev.penstock.admin.AdminRequest;
import dev.penstock.admin.AdminResponse;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.LocalAnswer;
import dev.penstock.proxy.TransportChoice;
import java.net.InetSocketAddress;

/**
 * The admin handler on a gateway of its own: one loop that traffic cannot slow down, no name that a configuration could
 * take, open until the last request of the other listeners has ended. Thread-safe.
 */
final class AdminListener implements AutoCloseable {
    private static final String NAME = "admin";

    private final Gateway gateway;

    private AdminListener(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Throws a GatewayException if the address cannot be bound. */
    static AdminListener start(String address, TransportChoice transport, AdminHandler handler) {
        return new AdminListener(Gateway.builder()
                .listener(ListenerSpec.of(NAME, address))
                .handler(NAME, request -> answer(handler.handle(new AdminRequest(request.method(), request.path()))))
                .transport(transport)
                .threads(1)
                .start());
    }

    private static LocalAnswer answer(AdminResponse response) {
        return LocalAnswer.of(response.status(), response.headers(), response.body());
    }

    InetSocketAddress address() {
        return gateway.address(NAME);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
