package dev.penstock.gateway;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.runtime.GatewayRuntime;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The line that says what was started: the transport, and which address serves what. Stateless. */
final class StartLine {
    private StartLine() {}

    /** As in {@code penstock 0.1.0 on epoll, TLS by BoringSSL, 2 loops: web http://127.0.0.1:8080 -> orders, site; admin ...}. */
    static String of(GatewayRuntime runtime) {
        String listeners = runtime.penstock().table().listeners().stream()
                .map(listener -> listener(runtime, listener))
                .collect(Collectors.joining("; "));
        int loops = runtime.threads();
        return "penstock " + GatewayRuntime.version() + " on "
                + runtime.transport().name().toLowerCase(Locale.ROOT) + tls(runtime) + ", " + loops
                + (loops == 1 ? " loop" : " loops")
                + ": " + (listeners.isEmpty() ? "no listener" : listeners)
                + runtime.adminAddress()
                        .map(address -> "; admin http://" + address)
                        .orElse("; admin off");
    }

    /** Whose it is matters only where it is spoken, and takes time to load. */
    private static String tls(GatewayRuntime runtime) {
        boolean spoken = runtime.penstock().table().listeners().stream().anyMatch(listener -> listener.tls() != null)
                || runtime.penstock().table().services().stream()
                        .anyMatch(service -> service.spec().tls() != null);
        return spoken ? ", TLS by " + runtime.tls().title() : "";
    }

    private static String listener(GatewayRuntime runtime, ListenerSpec listener) {
        String address = address(runtime, listener);
        String name = listener.name().equals(listener.address()) ? "" : listener.name() + " ";
        List<String> services = runtime.penstock().table().routes().stream()
                .filter(listener::isFor)
                .map(route -> route.service().value())
                .distinct()
                .sorted()
                .toList();
        return name + scheme(listener) + "://" + address + " -> "
                + (services.isEmpty() ? "nothing" : String.join(", ", services));
    }

    /** Where it is bound; where it is to be, if it was discovered and something else has its port, or it is being opened. */
    private static String address(GatewayRuntime runtime, ListenerSpec listener) {
        try {
            return runtime.address(listener.name());
        } catch (IllegalArgumentException e) {
            return listener.address() + " (not open)";
        }
    }

    private static String scheme(ListenerSpec listener) {
        if (listener.protocol().isHttp()) {
            return listener.tls() == null ? "http" : "https";
        }
        return listener.tls() == null ? listener.protocol().token() : "tls";
    }
}
