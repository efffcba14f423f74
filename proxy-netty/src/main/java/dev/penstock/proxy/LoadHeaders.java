package dev.penstock.proxy;

import dev.penstock.catalog.LoadReports;
import dev.penstock.load.LoadReport;
import dev.penstock.service.Lease;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** What an endpoint says of its load with an answer: it is for this gateway, and goes no further unless it is to. */
final class LoadHeaders {
    private LoadHeaders() {}

    /** Tells the lease, and takes the headers out, be they reports or not, unless they are to be passed on. */
    static void take(HttpHeaders headers, Lease lease, LoadReports reports) {
        String text = headers.get(LoadReport.HEADER);
        if (text != null) {
            report(LoadReport.parse(text), lease);
        }
        String binary = headers.get(LoadReport.BINARY_HEADER);
        if (binary != null) {
            report(LoadReport.parseBinary(binary), lease);
        }
        if (reports == LoadReports.STRIP && (text != null || binary != null)) {
            headers.remove(LoadReport.HEADER);
            headers.remove(LoadReport.BINARY_HEADER);
        }
    }

    private static void report(@Nullable LoadReport report, Lease lease) {
        if (report != null) {
            lease.report(report);
        }
    }
}
