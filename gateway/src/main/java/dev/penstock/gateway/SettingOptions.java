package dev.penstock.gateway;

import dev.penstock.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings that flags and variables have in common; a flag wins over its variable. Confined to one call. */
final class SettingOptions {
    private static final Set<String> UNSET = Set.of("", "0", "false");

    /** Those without a flag: the list of processes would show the token, and who starts the program by hand wants no other. */
    private static final Map<String, Setting.Key> VARIABLES = Map.of(
            "PENSTOCK_ADMIN_TOKEN", Setting.Key.ADMIN_TOKEN,
            "PENSTOCK_ADMIN_OPEN", Setting.Key.ADMIN_OPEN,
            "PENSTOCK_ADMIN_OVERRIDE", Setting.Key.ADMIN_OVERRIDE,
            "PENSTOCK_ADMIN_START_TIMEOUT", Setting.Key.ADMIN_START_TIMEOUT,
            "PENSTOCK_ADMIN_SERIES", Setting.Key.ADMIN_SERIES,
            "PENSTOCK_RETRY_BODIES", Setting.Key.RETRY_BODIES,
            "PENSTOCK_IDLE_CONNECTIONS", Setting.Key.IDLE_CONNECTIONS);

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS|off",
            description =
                    "Where status and state are told and servers are changed; 127.0.0.1:9123 unless said otherwise."
                            + " [PENSTOCK_ADMIN; PENSTOCK_ADMIN_TOKEN: what callers have to show]")
    private @Nullable String admin;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description = "auto, epoll, nio or io_uring; auto: epoll where it loads, else nio. [PENSTOCK_TRANSPORT]")
    private @Nullable String transport;

    @Option(
            names = "--tls-provider",
            paramLabel = "NAME",
            description = "auto, jdk or boringssl; auto: boringssl where it loads, else jdk. [PENSTOCK_TLS_PROVIDER]")
    private @Nullable String tls;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Event loops; one per processor unless said otherwise. [PENSTOCK_THREADS]")
    private @Nullable String threads;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "debug, info, warn or error. [PENSTOCK_LOG_LEVEL; DEBUG and VERBOSE mean debug and info]")
    private @Nullable String logLevel;

    @Option(
            names = "--access-log",
            paramLabel = "FORMAT|off",
            description = "A line for each request on standard output: json, combined, or a template with fields as in"
                    + " {method} {path} {status}; off unless said otherwise. [PENSTOCK_ACCESS_LOG]")
    private @Nullable String accessLog;

    @Option(
            names = "--buffers",
            paramLabel = "SIZE",
            description =
                    "What may wait in all connections together, as in 512MiB; half of the memory for direct buffers"
                            + " unless said otherwise. [PENSTOCK_BUFFERS]")
    private @Nullable String buffers;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            description = "How long to go on serving after SIGTERM, as in 3s; 10s unless said otherwise."
                    + " [PENSTOCK_DRAIN]")
    private @Nullable String drain;

    @Option(names = "--debug", description = "The same as --log-level debug, which wins over it.")
    private boolean debug;

    /** In the order in which a later one wins. */
    List<Setting> settings(Map<String, String> variables) {
        List<Setting> settings = new ArrayList<>();
        if (isOn(variables.get("VERBOSE"))) {
            settings.add(new Setting(Setting.Key.LOG_LEVEL, "VERBOSE", "info"));
        }
        if (isOn(variables.get("DEBUG"))) {
            settings.add(new Setting(Setting.Key.LOG_LEVEL, "DEBUG", "debug"));
        }
        add(settings, Setting.Key.ADMIN, "PENSTOCK_ADMIN", variables, "--admin", admin);
        VARIABLES.forEach((variable, key) -> add(settings, key, variable, variables, "", null));
        add(settings, Setting.Key.TRANSPORT, "PENSTOCK_TRANSPORT", variables, "--transport", transport);
        add(settings, Setting.Key.TLS, "PENSTOCK_TLS_PROVIDER", variables, "--tls-provider", tls);
        add(settings, Setting.Key.THREADS, "PENSTOCK_THREADS", variables, "--threads", threads);
        add(settings, Setting.Key.LOG_LEVEL, "PENSTOCK_LOG_LEVEL", variables, "--log-level", level());
        add(settings, Setting.Key.LOG_ACCESS, "PENSTOCK_ACCESS_LOG", variables, "--access-log", accessLog);
        add(settings, Setting.Key.BUFFERS, "PENSTOCK_BUFFERS", variables, "--buffers", buffers);
        add(settings, Setting.Key.DRAIN, "PENSTOCK_DRAIN", variables, "--drain", drain);
        return settings;
    }

    private @Nullable String level() {
        return logLevel == null && debug ? "debug" : logLevel;
    }

    private static boolean isOn(@Nullable String variable) {
        return variable != null && !UNSET.contains(variable);
    }

    private static void add(
            List<Setting> settings,
            Setting.Key key,
            String variable,
            Map<String, String> variables,
            String flag,
            @Nullable String given) {
        String inherited = variables.getOrDefault(variable, "");
        if (given != null) {
            settings.add(new Setting(key, flag, given));
        } else if (!inherited.isEmpty()) {
            settings.add(new Setting(key, variable, inherited));
        }
    }
}
