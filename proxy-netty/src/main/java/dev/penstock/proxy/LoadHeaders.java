package dev.penstock.proxy;

import dev.penstock.load.LoadReport;
import dev.penstock.service.Lease;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** What an endpoint says of its load with an answer: it is for this gateway, and goes no further. */
final class LoadHeaders {
    private LoadHeaders() {}

    /** Tells the lease, and takes the headers out. What is no report is taken out as well. */
    static void take(HttpHeaders headers, Lease lease) {
        String text = headers.get(LoadReport.HEADER);
        if (text != null) {
            report(LoadReport.parse(text), lease);
            headers.remove(LoadReport.HEADER);
        }
        String binary = headers.get(LoadReport.BINARY_HEADER);
        if (binary != null) {
            report(LoadReport.parseBinary(binary), lease);
            headers.remove(LoadReport.BINARY_HEADER);
        }
    }

    private static void report(@Nullable LoadReport report, Lease lease) {
        if (report != null) {
            lease.report(report);
        }
    }
}
