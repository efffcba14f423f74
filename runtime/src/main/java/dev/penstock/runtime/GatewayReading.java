package dev.penstock.runtime;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.metrics.Metric;
import dev.penstock.metrics.Reading;
import dev.penstock.metrics.Sheet;
import dev.penstock.proxy.CertificateStatus;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.ListenerStatus;
import java.util.Map;
import java.util.TreeMap;

/** Listeners, their clients and what waits in their connections. Thread-safe. */
final class GatewayReading implements Reading {
    private final Gateway gateway;

    GatewayReading(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public void read(Sheet sheet) {
        sheet.set(Metric.BUFFERS_HELD, gateway.buffers().heldBytes());
        sheet.set(Metric.BUFFERS_MOST, gateway.buffers().mostBytes());
        sheet.set(Metric.RECORDS_DROPPED, gateway.droppedRecords());
        for (ListenerSpec listener : gateway.penstock().table().listeners()) {
            GatewayFacts.status(gateway, listener).ifPresent(status -> listener(sheet, listener, status));
        }
    }

    private void listener(Sheet sheet, ListenerSpec listener, ListenerStatus status) {
        String name = listener.name();
        String protocol = listener.protocol().token();
        sheet.set(Metric.LISTENER_CONNECTIONS, status.connections(), name, protocol);
        sheet.set(Metric.LISTENER_OPEN, status.isOpen() ? 1 : 0, name, protocol);
        status.refused().forEach((reason, count) -> sheet.set(Metric.LISTENER_REFUSED, count, name, reason.token()));
        if (listener.tls() != null) {
            gateway.handshakesRefused(name)
                    .forEach((reason, count) -> sheet.set(Metric.LISTENER_REFUSED, count, name, "tls_" + reason));
            Map<String, Long> ends = new TreeMap<>(); // of several certificates for one name that which ends first
            for (CertificateStatus certificate : gateway.certificates(name)) {
                String first =
                        certificate.names().isEmpty() ? "" : certificate.names().get(0);
                ends.merge(first, certificate.notAfter().getEpochSecond(), Math::min);
            }
            ends.forEach((first, end) -> sheet.set(Metric.CERTIFICATE_EXPIRY, end, name, first));
        }
    }
}
