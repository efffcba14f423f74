package dev.penstock.runtime;

import dev.penstock.Penstock;
import dev.penstock.admin.BufferFacts;
import dev.penstock.admin.ListenerFacts;
import dev.penstock.admin.ProgramFacts;
import dev.penstock.admin.TlsFacts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.ListenerStatus;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a gateway says of itself, for people. Thread-safe. */
final class GatewayFacts {
    private final Penstock penstock;
    private final @Nullable Gateway gateway;
    private final Readings readings;

    /** Without a gateway where it could not start. */
    GatewayFacts(Penstock penstock, @Nullable Gateway gateway, Readings readings) {
        this.penstock = penstock;
        this.gateway = gateway;
        this.readings = readings;
    }

    ProgramFacts program() {
        if (gateway == null) {
            return new ProgramFacts(
                    GatewayRuntime.version(), "none", "none", BufferFacts.NONE, readings.facts(), Map.of());
        }
        Map<String, ListenerFacts> bound = new HashMap<>();
        for (ListenerSpec listener : penstock.table().listeners()) {
            status(gateway, listener)
                    .ifPresent(status -> bound.put(listener.name(), listener(gateway, listener, status)));
        }
        return new ProgramFacts(
                GatewayRuntime.version(),
                Transports.name(gateway.transport()),
                gateway.tls().name().toLowerCase(Locale.ROOT),
                new BufferFacts(gateway.buffers().heldBytes(), gateway.buffers().mostBytes()),
                readings.facts(),
                bound);
    }

    /** How a listener does; empty for one that was defined a moment ago and is not known yet. */
    static Optional<ListenerStatus> status(Gateway gateway, ListenerSpec listener) {
        try {
            return Optional.of(gateway.status(listener.name()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ListenerFacts listener(Gateway gateway, ListenerSpec listener, ListenerStatus status) {
        Map<String, Long> refused = new HashMap<>();
        status.refused().forEach((reason, count) -> refused.put(reason.token(), count));
        TlsFacts tls = listener.tls() == null ? null : tls(gateway, listener.name());
        return new ListenerFacts(
                Addresses.text(status.address()), status.connections(), refused, tls, status.problem());
    }

    private static TlsFacts tls(Gateway gateway, String listener) {
        return new TlsFacts(
                gateway.certificates(listener).stream()
                        .map(one -> new TlsFacts.Certificate(
                                one.names(), one.file(), one.notAfter(), one.clients(), one.problem()))
                        .toList(),
                gateway.handshakesRefused(listener));
    }
}
