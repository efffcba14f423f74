package dev.penstock.proxy;

import dev.penstock.catalog.LoadReports;
import dev.penstock.load.LoadReport;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.service.Lease;
import org.jspecify.annotations.Nullable;

/** What an endpoint says of its load with an answer: it is for this gateway, and goes no further unless it is to. */
final class LoadHeaders {
    private static final FieldName TEXT = FieldName.of(LoadReport.HEADER);
    private static final FieldName BINARY = FieldName.of(LoadReport.BINARY_HEADER);

    private LoadHeaders() {}

    /** Tells the lease, and takes the headers out, be they reports or not, unless they are to be passed on. */
    static void take(Fields headers, Lease lease, LoadReports reports) {
        String text = headers.get(TEXT);
        if (text != null) {
            report(LoadReport.parse(text), lease);
        }
        String binary = headers.get(BINARY);
        if (binary != null) {
            report(LoadReport.parseBinary(binary), lease);
        }
        if (reports == LoadReports.STRIP && (text != null || binary != null)) {
            headers.remove(TEXT);
            headers.remove(BINARY);
        }
    }

    private static void report(@Nullable LoadReport report, Lease lease) {
        if (report != null) {
            lease.report(report);
        }
    }
}
