package dev.penstock.runtime;

import dev.penstock.CatalogStatus;
import dev.penstock.Penstock;
import dev.penstock.admin.AdminHandler;
import dev.penstock.admin.BufferFacts;
import dev.penstock.admin.ListenerFacts;
import dev.penstock.admin.ProgramFacts;
import dev.penstock.admin.Readiness;
import dev.penstock.admin.TlsFacts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.config.Configuration;
import dev.penstock.proxy.EndpointProber;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.GatewayBuilder;
import dev.penstock.proxy.GatewayException;
import dev.penstock.proxy.ListenerStatus;
import dev.penstock.service.Service;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Starts what a configuration needs around a Penstock: the gateway, and the admin listener. Stateless. */
final class RuntimeStart {
    private RuntimeStart() {}

    static GatewayRuntime start(
            Configuration configuration, Extension extension, Penstock penstock, EndpointProber prober) {
        int threads = configuration.process().threads() == 0
                ? Runtime.getRuntime().availableProcessors()
                : configuration.process().threads();
        var readiness = new Readiness(
                () -> penstock.catalogs().stream().allMatch(RuntimeStart::succeededOnce)
                        && penstock.table().services().stream()
                                .map(Service::state)
                                .allMatch(Readiness::succeededOnce),
                Ticker.system(),
                configuration.admin().startTimeout());
        List<String> problems = new ArrayList<>();
        Gateway gateway = null;
        AdminListener admin = null;
        try {
            GatewayBuilder builder = Gateway.builder()
                    .penstock(penstock)
                    .transport(Transports.choice(configuration.process().transport()))
                    .tls(Transports.choice(configuration.process().tls()))
                    .threads(threads)
                    .retryBodies(configuration.process().retryBytes())
                    .idleConnections(configuration.process().idleConnections());
            long bufferBytes = configuration.process().bufferBytes();
            if (bufferBytes > 0) {
                builder.buffers(bufferBytes);
            }
            extension.extend(builder);
            gateway = builder.start();
        } catch (GatewayException e) {
            problems.addAll(e.problems());
        }
        try {
            admin = admin(configuration, penstock, readiness, gateway);
        } catch (GatewayException e) {
            problems.addAll(e.problems());
        } catch (RuntimeException e) {
            GatewayRuntime.closeAll(null, gateway);
            throw e;
        }
        if (gateway == null || !problems.isEmpty()) {
            GatewayRuntime.closeAll(admin, gateway);
            throw new StartException(problems);
        }
        return new GatewayRuntime(penstock, gateway, admin, readiness, prober, threads);
    }

    private static boolean succeededOnce(CatalogStatus catalog) {
        return catalog.revision() > 0;
    }

    private static @Nullable AdminListener admin(
            Configuration configuration, Penstock penstock, Readiness readiness, @Nullable Gateway gateway) {
        if (!configuration.admin().enabled()) {
            return null;
        }
        var handler = new AdminHandler(penstock, readiness::status, () -> facts(penstock, gateway), Ticker.system());
        return AdminListener.start(
                configuration.admin().address(),
                Transports.choice(configuration.process().transport()),
                handler);
    }

    private static ProgramFacts facts(Penstock penstock, @Nullable Gateway gateway) {
        if (gateway == null) {
            return new ProgramFacts(GatewayRuntime.version(), "none", "none", BufferFacts.NONE, Map.of());
        }
        Map<String, ListenerFacts> bound = new HashMap<>();
        for (ListenerSpec listener : penstock.table().listeners()) {
            facts(gateway, listener).ifPresent(facts -> bound.put(listener.name(), facts));
        }
        return new ProgramFacts(
                GatewayRuntime.version(),
                Transports.name(gateway.transport()),
                gateway.tls().name().toLowerCase(Locale.ROOT),
                new BufferFacts(gateway.buffers().heldBytes(), gateway.buffers().mostBytes()),
                bound);
    }

    private static TlsFacts tls(Gateway gateway, String listener) {
        return new TlsFacts(
                gateway.certificates(listener).stream()
                        .map(one -> new TlsFacts.Certificate(
                                one.names(), one.file(), one.notAfter(), one.clients(), one.problem()))
                        .toList(),
                gateway.handshakesRefused(listener));
    }

    private static Optional<ListenerFacts> facts(Gateway gateway, ListenerSpec listener) {
        try {
            ListenerStatus status = gateway.status(listener.name());
            Map<String, Long> refused = new HashMap<>();
            status.refused().forEach((reason, count) -> refused.put(reason.token(), count));
            TlsFacts tls = listener.tls() == null ? null : tls(gateway, listener.name());
            return Optional.of(new ListenerFacts(
                    Addresses.text(status.address()), status.connections(), refused, tls, status.problem()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // defined a moment ago and not bound yet
        }
    }
}
