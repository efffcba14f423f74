package dev.penstock.metrics;

import java.util.List;

/**
 * Every meter of Penstock: its name, unit and labels. Prometheus sees {@code penstock.endpoint.requests} as
 * {@code penstock_endpoint_requests_total}, see {@code docs/metrics.md}.
 */
public enum Metric {
    /** Requests and connections. */
    SERVICE_REQUESTS(
            Kind.COUNTER, "penstock.service.requests", "", "Requests and TCP connections for the service", "service"),
    /** What it carries now. */
    SERVICE_IN_FLIGHT(
            Kind.GAUGE,
            "penstock.service.in.flight",
            "",
            "Requests that the service has taken and not ended",
            "service"),
    /** Its line. */
    SERVICE_WAITING(
            Kind.GAUGE, "penstock.service.waiting", "", "Requests that wait in line for the service", "service"),
    /** What its limits turned away. */
    SERVICE_REFUSED(
            Kind.COUNTER,
            "penstock.service.refused",
            "",
            "Requests that limits refused; reason: line_full, line_slow, waited_out, circuit_open",
            "service",
            "reason"),
    /** Further attempts. */
    SERVICE_RETRIES(
            Kind.COUNTER,
            "penstock.service.retries",
            "",
            "Further attempts; kind: retry, hedge, denied (by the budget)",
            "service",
            "kind"),
    /** What another service answered for it. */
    SERVICE_FALLBACKS(
            Kind.COUNTER, "penstock.service.fallbacks", "", "Requests given to the fallback of the service", "service"),
    /** What clients were sent. */
    SERVICE_ANSWERS(
            Kind.COUNTER,
            "penstock.service.answers",
            "",
            "Requests that are over, by what their clients were sent; status: 1xx to 5xx, none; told once there is one",
            "service",
            "status"),
    /** How long its endpoints take. */
    SERVICE_LATENCY(
            Kind.HISTOGRAM,
            "penstock.service.latency",
            "seconds",
            "From the pick of an endpoint to the first byte of its answer, of connections until they are made",
            "service"),
    /** What became of attempts that did not succeed. */
    SERVICE_FAILURES(
            Kind.COUNTER,
            "penstock.service.failures",
            "",
            "Attempts that did not succeed; outcome: error_answer, connect_failed, timed_out, broken, cancelled; told"
                    + " once there is one",
            "service",
            "outcome"),
    /** Up. */
    SERVICE_RECEIVED(
            Kind.COUNTER,
            "penstock.service.received",
            "bytes",
            "Bytes of request bodies, and of the clients of connections and flows",
            "service"),
    /** Down. */
    SERVICE_SENT(
            Kind.COUNTER,
            "penstock.service.sent",
            "bytes",
            "Bytes of the bodies of answers, and those to the clients of connections and flows",
            "service"),
    /** Members that may be picked, and those that may not. */
    SERVICE_ENDPOINTS(
            Kind.GAUGE,
            "penstock.service.endpoints",
            "",
            "Endpoints of the service; eligible: true, false",
            "service",
            "eligible"),
    /** Too few are healthy. */
    SERVICE_PANIC(
            Kind.GAUGE,
            "penstock.service.panic",
            "",
            "1 while all endpoints are used since too few are healthy",
            "service"),
    /** Its source of endpoints. */
    SERVICE_SOURCE_READY(
            Kind.GAUGE, "penstock.service.source.ready", "", "1 while the source of the endpoints answers", "service"),
    /** What an endpoint was given. */
    ENDPOINT_REQUESTS(
            Kind.COUNTER,
            "penstock.endpoint.requests",
            "",
            "Requests and connections given to the endpoint",
            "service",
            "endpoint"),
    /** What failed there. */
    ENDPOINT_FAILURES(
            Kind.COUNTER, "penstock.endpoint.failures", "", "Those of them that failed", "service", "endpoint"),
    /** What it carries now. */
    ENDPOINT_IN_FLIGHT(
            Kind.GAUGE,
            "penstock.endpoint.in.flight",
            "",
            "Requests and connections at the endpoint now",
            "service",
            "endpoint"),
    /** Its share. */
    ENDPOINT_WEIGHT(
            Kind.GAUGE,
            "penstock.endpoint.weight",
            "",
            "The weight of the endpoint as its source says",
            "service",
            "endpoint"),
    /** Whether it may be picked. */
    ENDPOINT_ELIGIBLE(
            Kind.GAUGE, "penstock.endpoint.eligible", "", "1 if the endpoint may be picked", "service", "endpoint"),
    /** What active checks say. */
    ENDPOINT_HEALTHY(
            Kind.GAUGE,
            "penstock.endpoint.healthy",
            "",
            "What active checks said last: 1 healthy, 0 unhealthy; only where they are made",
            "service",
            "endpoint"),
    /** How slow it is. */
    ENDPOINT_LATENCY(
            Kind.GAUGE,
            "penstock.endpoint.latency",
            "seconds",
            "How long answers of the endpoint take, a moving average that rises fast and falls by e in 10 s",
            "service",
            "endpoint"),
    /** A listener's clients. */
    LISTENER_CONNECTIONS(
            Kind.GAUGE, "penstock.listener.connections", "", "Open connections of clients", "listener", "protocol"),
    /** Whether it is bound. */
    LISTENER_OPEN(Kind.GAUGE, "penstock.listener.open", "", "1 if the listener is bound", "listener", "protocol"),
    /** Whom it turned away. */
    LISTENER_REFUSED(
            Kind.COUNTER,
            "penstock.listener.refused",
            "",
            "Clients refused or cut off, by reason; those of TLS begin with tls_",
            "listener",
            "reason"),
    /** When certificates end. */
    CERTIFICATE_EXPIRY(
            Kind.GAUGE,
            "penstock.certificate.expiry",
            "seconds",
            "When the certificate in use expires, in seconds since 1970",
            "listener",
            "name"),
    /** What waits in all connections. */
    BUFFERS_HELD(Kind.GAUGE, "penstock.buffers.held", "bytes", "Bytes that wait in connections"),
    /** What may. */
    BUFFERS_MOST(Kind.GAUGE, "penstock.buffers.most", "bytes", "Bytes that may wait in connections"),
    /** What nobody was told. */
    RECORDS_DROPPED(
            Kind.COUNTER,
            "penstock.records.dropped",
            "",
            "Records of requests that no observer was told of, since they were too slow"),
    /** What the access log could not write. */
    ACCESS_LOG_LOST(Kind.COUNTER, "penstock.access.log.lost", "", "Lines of the access log that could not be written"),
    /** Readings of the file that were no good. */
    FILE_REFUSED(
            Kind.COUNTER,
            "penstock.file.refused",
            "",
            "Readings of the configuration file that changed nothing, since it could not be used"),
    /** Catalogs. */
    CATALOG_READY(Kind.GAUGE, "penstock.catalog.ready", "", "1 while the catalog answers", "source"),
    /** What of a catalog does not take effect. */
    CATALOG_REJECTED(
            Kind.GAUGE,
            "penstock.catalog.rejected",
            "",
            "Definitions of the catalog that do not take effect, 20 at most",
            "source"),
    /** What a source is asked for. */
    SOURCE_WATCHES(
            Kind.GAUGE, "penstock.source.watches", "", "Services whose endpoints the source is asked for", "source"),
    /** What it does not answer. */
    SOURCE_FAILING(Kind.GAUGE, "penstock.source.failing", "", "Those of them that it fails to answer", "source"),
    /** What the bound on series left out. */
    SERIES_OMITTED(Kind.GAUGE, "penstock.series.omitted", "", "Series that are not told, since there are too many");

    private final Kind kind;
    private final String meter;
    private final String unit;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> labels;

    Metric(Kind kind, String meter, String unit, String description, String... labels) {
        this.kind = kind;
        this.meter = meter;
        this.unit = unit;
        this.description = description;
        this.labels = List.of(labels);
    }

    /** What a value does from one reading to the next. */
    public enum Kind {
        /** Only grows. */
        COUNTER,
        /** How often what was measured was in each of some ranges, and its sum. */
        HISTOGRAM,
        /** Goes up and down. */
        GAUGE
    }

    /** {@return what a value does} */
    public Kind kind() {
        return kind;
    }

    /** {@return the name in Micrometer, in lower case with dots} */
    public String meter() {
        return meter;
    }

    /** {@return the name in Prometheus, as in {@code penstock_endpoint_requests_total}} */
    public String prometheus() {
        String name = meter.replace('.', '_') + (unit.isEmpty() ? "" : "_" + unit);
        return kind == Kind.COUNTER ? name + "_total" : name;
    }

    /** Throws unless there is a value for each label. */
    void check(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(
                    this + ": labels " + List.of(values) + " (expected: one for each of " + labels + ")");
        }
    }

    /** {@return {@code bytes} or {@code seconds}; empty for counts} */
    public String unit() {
        return unit;
    }

    /** {@return one line} */
    public String description() {
        return description;
    }

    /** {@return the names of its labels, in the order in which {@link Sheet#set} takes their values} */
    public List<String> labels() {
        return labels;
    }
}
