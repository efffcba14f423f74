package dev.penstock.runtime;

import dev.penstock.Penstock;
import dev.penstock.admin.AdminHandler;
import dev.penstock.admin.ApiSetup;
import dev.penstock.admin.ListenerOutcome;
import dev.penstock.admin.ListenerWatch;
import dev.penstock.admin.Readiness;
import dev.penstock.config.AccessLogSettings;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationReader;
import dev.penstock.proxy.EndpointProber;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.GatewayBuilder;
import dev.penstock.proxy.GatewayException;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts what a configuration needs around a Penstock: the gateway, and the admin listener. Stateless. */
final class RuntimeStart {
    private RuntimeStart() {}

    static GatewayRuntime start(
            Configuration configuration, Extension extension, Penstock penstock, EndpointProber prober) {
        int threads = configuration.process().threads() == 0
                ? Runtime.getRuntime().availableProcessors()
                : configuration.process().threads();
        var conditions = new StartConditions(penstock);
        var readiness =
                new Readiness(conditions, Ticker.system(), configuration.admin().startTimeout());
        var readings = new Readings();
        List<String> problems = new ArrayList<>();
        Gateway gateway = null;
        AdminListener admin = null;
        AccessLog access = access(configuration);
        RecentLog recent = recent(configuration);
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
            if (access != null) {
                builder.observer(access); // and closed by the gateway
            }
            if (recent != null) {
                builder.observer(recent);
            }
            extension.extend(builder);
            gateway = builder.start();
            conditions.listenersOf(gateway);
        } catch (GatewayException e) {
            problems.addAll(e.problems());
        }
        try {
            admin = admin(configuration, penstock, readiness, gateway, access, recent, readings);
        } catch (GatewayException e) {
            problems.addAll(e.problems());
        } catch (RuntimeException e) {
            GatewayRuntime.closeAll(null, gateway);
            throw e;
        }
        if (gateway == null && access != null) {
            access.close();
        }
        if (gateway == null || !problems.isEmpty()) {
            GatewayRuntime.closeAll(admin, gateway);
            throw new StartException(problems);
        }
        return new GatewayRuntime(penstock, gateway, admin, readiness, prober, readings, threads);
    }

    private static @Nullable AccessLog access(Configuration configuration) {
        AccessLogSettings settings = configuration.process().log().access();
        return settings.enabled() ? AccessLog.open(settings, WallTime.system(), Ticker.system()) : null;
    }

    /** Nobody could ask for it without an admin listener. */
    private static @Nullable RecentLog recent(Configuration configuration) {
        int most = configuration.process().log().recent();
        return most == 0 || !configuration.admin().enabled()
                ? null
                : new RecentLog(most, WallTime.system(), Ticker.system());
    }

    private static @Nullable AdminListener admin(
            Configuration configuration,
            Penstock penstock,
            Readiness readiness,
            @Nullable Gateway gateway,
            @Nullable AccessLog access,
            @Nullable RecentLog recent,
            Readings readings) {
        if (!configuration.admin().enabled()) {
            return null;
        }
        var facts = new GatewayFacts(penstock, gateway, readings);
        var metrics = new MetricsText(
                penstock, gateway, access, readings, configuration.admin().series());
        // Without a gateway the start fails, and the handler is not asked.
        ListenerWatch listeners =
                gateway == null ? (version, listener) -> ListenerOutcome.DONE : new GatewayListeners(gateway);
        var reader = new ConfigurationReader(sent -> GatewayRuntime.problems(penstock, sent));
        var api = new ApiSetup(configuration.admin(), listeners, reader);
        var handler = new AdminHandler(
                penstock, readiness::status, facts::program, metrics::text, Ticker.system(), api, recent);
        return AdminListener.start(
                configuration.admin().address(),
                Transports.choice(configuration.process().transport()),
                handler);
    }
}
