package dev.penstock.config;

import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.ServiceName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Reads a whole file. Stateless. */
final class FileDecoder {
    private static final Map<String, TransportSetting> TRANSPORTS = words(TransportSetting.values());
    private static final Map<String, TlsSetting> TLS = words(TlsSetting.values());

    private FileDecoder() {}

    private static <E extends Enum<E>> Map<String, E> words(E[] constants) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : constants) {
            words.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return words;
    }

    private static final String SOME = "at least one listener, or catalogs";

    /** What listeners and services say that say nothing. */
    private record Defaults(ListenerSpec listener, ServiceSpec service) {
        static final Defaults BUILT_IN =
                new Defaults(ListenerDecoder.builtInDefaults(), ServiceDecoder.builtInDefaults());

        static Defaults of(Value value) {
            Fields fields = value.fields("listener, service");
            var defaults = new Defaults(
                    fields.optional("listener", BUILT_IN.listener, ListenerDecoder::defaults),
                    fields.optional("service", BUILT_IN.service, ServiceDecoder::defaults));
            fields.end();
            return defaults;
        }
    }

    static Configuration configuration(Value root, String source) {
        Fields fields = root.fields("keys with values: listeners, routes, services ...");
        Defaults defaults = fields.optional("defaults", Defaults.BUILT_IN, Defaults::of);
        var ofListeners = new ListenerRoutes();
        Function<Value, List<ListenerSpec>> reader = value -> listeners(value, defaults, source, ofListeners);
        List<ListenerSpec> listeners = fields.has("catalogs") // which may open ports of their own
                ? fields.optional("listeners", List.of(), reader)
                : fields.required("listeners", SOME, List.of(), value -> some(value, reader.apply(value)));
        List<RouteSpec> routes =
                ofListeners.after(fields.optional("routes", List.of(), value -> routes(value, source)));
        List<ServiceSpec> services =
                whole(fields.optional("services", List.of(), value -> services(value, defaults.service(), source)));
        List<CatalogSource> catalogs = fields.optional("catalogs", List.of(), CatalogDecoder::catalogs);
        AdminSettings admin =
                fields.optional("admin", AdminSettings.defaults(), value -> admin(value, AdminSettings.defaults()));
        ProcessSettings process = process(fields);
        fields.end();
        return new Configuration(new CatalogState(source, listeners, routes, services), catalogs, admin, process);
    }

    /**
     * What a document defines that says nothing of the program.
     *
     * @param ofServices what a service has that says nothing
     * @param services of each key the services that it defines
     */
    record Defined(
            List<ListenerSpec> listeners,
            List<RouteSpec> routes,
            ServiceSpec ofServices,
            List<List<ServiceSpec>> services) {
        CatalogState state(String source) {
            return new CatalogState(source, listeners, routes, whole(services));
        }
    }

    static Defined definitions(Value root, String source) {
        Fields fields = root.fields("keys with values: listeners, routes, services");
        Defaults defaults = fields.optional("defaults", Defaults.BUILT_IN, Defaults::of);
        var ofListeners = new ListenerRoutes();
        List<ListenerSpec> listeners =
                fields.optional("listeners", List.of(), value -> listeners(value, defaults, source, ofListeners));
        List<RouteSpec> routes =
                ofListeners.after(fields.optional("routes", List.of(), value -> routes(value, source)));
        List<List<ServiceSpec>> services =
                fields.optional("services", List.of(), value -> services(value, defaults.service(), source));
        fields.end();
        return new Defined(List.copyOf(listeners), List.copyOf(routes), defaults.service(), services);
    }

    private static List<ListenerSpec> some(Value value, List<ListenerSpec> listeners) {
        if (listeners.isEmpty() && value.isList()) {
            value.fault("an empty list (expected: " + SOME + ")");
        }
        return listeners;
    }

    private static List<ListenerSpec> listeners(Value value, Defaults defaults, String source, ListenerRoutes routes) {
        return value.items("a list of listeners").stream()
                .map(item -> ListenerDecoder.listener(item, defaults.listener(), source, routes))
                .toList();
    }

    private static List<RouteSpec> routes(Value value, String source) {
        var decoder = new RouteDecoder(source);
        return value.items("a list of routes").stream().map(decoder::route).toList();
    }

    private static List<List<ServiceSpec>> services(Value value, ServiceSpec defaults, String source) {
        List<List<ServiceSpec>> services = new ArrayList<>();
        value.fields("names of services with their settings")
                .all()
                .forEach((key, service) -> services.add(service(key, service, defaults, source)));
        return services;
    }

    /** What one key of the services defines. */
    static List<ServiceSpec> service(String key, Value service, ServiceSpec defaults, String source) {
        return ServiceDecoder.service(name(key, service), service, defaults, source);
    }

    private static List<ServiceSpec> whole(List<List<ServiceSpec>> services) {
        return services.stream().flatMap(List::stream).toList();
    }

    private static ServiceName name(String key, Value service) {
        try {
            return ServiceName.of(key);
        } catch (IllegalArgumentException e) {
            service.fault("not a name of a service (expected: 1 to 255 letters, digits or punctuation, no blank,"
                    + " and neither . nor ..)");
            return ServiceName.of("unset");
        }
    }

    private static AdminSettings admin(Value value, AdminSettings defaults) {
        if (value.isText("off") || value.isText("false")) {
            return defaults.off();
        }
        if (value.isScalar()) {
            return defaults.withAddress(ListenerDecoder.address(value));
        }
        Fields fields = value.fields("off, an address, or keys with values: address, startTimeout, series, token");
        var settings = new AdminSettings(
                true,
                fields.optional("address", defaults.address(), ListenerDecoder::address),
                fields.optional(
                        "startTimeout", defaults.startTimeout(), time -> time.duration(true, defaults.startTimeout())),
                fields.optional("series", defaults.series(), number -> series(number, defaults.series())),
                new ApiSettings(
                        fields.optional("token", defaults.api().token(), FileDecoder::token),
                        fields.optional("open", defaults.api().open(), flag -> flag.flag(false)),
                        fields.optional("override", defaults.api().override(), flag -> flag.flag(false))));
        fields.end();
        return settings;
    }

    /** A secret, which no fault repeats. */
    private static String token(Value value) {
        return value.parsed(
                ApiSettings.TOKEN,
                "",
                text -> ApiSettings.defaults().withToken(text).token(),
                scalar -> "one of " + scalar.text().length() + " characters");
    }

    private static ProcessSettings process(Fields fields) {
        ProcessSettings defaults = ProcessSettings.defaults();
        return new ProcessSettings(
                fields.optional("transport", defaults.transport(), word -> word.word(TRANSPORTS, defaults.transport())),
                fields.optional("tls", defaults.tls(), word -> word.word(TLS, defaults.tls())),
                fields.optional(
                        "threads", defaults.threads(), number -> number.integer(1, ProcessSettings.MAX_THREADS, 1)),
                fields.optional("log", defaults.log(), log -> LogDecoder.log(log, defaults.log())),
                fields.optional("buffers", defaults.bufferBytes(), FileDecoder::bufferBytes),
                fields.optional("retryBodies", defaults.retryBytes(), size -> retryBytes(size, defaults.retryBytes())),
                fields.optional(
                        "idleConnections",
                        defaults.idleConnections(),
                        number -> idleConnections(number, defaults.idleConnections())),
                fields.optional("drain", defaults.drain(), time -> time.duration(true, defaults.drain())));
    }

    private static int series(Value number, int standIn) {
        return number.integer(2, AdminSettings.MAX_SERIES, standIn);
    }

    private static long retryBytes(Value size, long standIn) {
        return size.size(0, Long.MAX_VALUE, standIn);
    }

    private static int idleConnections(Value number, int standIn) {
        return number.integer(0, ProcessSettings.MAX_IDLE_CONNECTIONS, standIn);
    }

    private static long bufferBytes(Value size) {
        return size.size(ProcessSettings.MIN_BUFFER_BYTES, Long.MAX_VALUE, 0);
    }

    /** A configuration in which one setting of the file's first level is another; see {@link Setting}. */
    static Configuration with(Configuration base, Setting.Key key, Value value) {
        ProcessSettings process = base.process();
        return switch (key) {
            case ADMIN, ADMIN_TOKEN, ADMIN_OPEN, ADMIN_OVERRIDE, ADMIN_START_TIMEOUT, ADMIN_SERIES ->
                base.withAdmin(with(base.admin(), key, value));
            case TRANSPORT -> base.withProcess(process.withTransport(value.word(TRANSPORTS, process.transport())));
            case TLS -> base.withProcess(process.withTls(value.word(TLS, process.tls())));
            case THREADS ->
                base.withProcess(process.withThreads(value.integer(1, ProcessSettings.MAX_THREADS, process.threads())));
            case LOG_LEVEL -> base.withProcess(process.withLogLevel(LogDecoder.level(value, process.logLevel())));
            case LOG_ACCESS ->
                base.withProcess(process.withLog(process.log()
                        .withAccess(LogDecoder.access(value, process.log().access()))));
            case BUFFERS -> base.withProcess(process.withBufferBytes(bufferBytes(value)));
            case RETRY_BODIES -> base.withProcess(process.withRetryBytes(retryBytes(value, process.retryBytes())));
            case IDLE_CONNECTIONS ->
                base.withProcess(process.withIdleConnections(idleConnections(value, process.idleConnections())));
            case DRAIN -> base.withProcess(process.withDrain(value.duration(true, process.drain())));
        };
    }

    private static AdminSettings with(AdminSettings base, Setting.Key key, Value value) {
        ApiSettings api = base.api();
        return switch (key) {
            case ADMIN_TOKEN -> base.withApi(api.withToken(token(value)));
            case ADMIN_OPEN -> base.withApi(api.withOpen(value.flag(api.open())));
            case ADMIN_OVERRIDE -> base.withApi(api.withOverride(value.flag(api.override())));
            case ADMIN_START_TIMEOUT -> base.withStartTimeout(value.duration(true, base.startTimeout()));
            case ADMIN_SERIES -> base.withSeries(series(value, base.series()));
            default -> admin(value, base);
        };
    }
}
