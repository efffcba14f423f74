package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.load.Load;
import dev.penstock.load.LoadReport;
import dev.penstock.load.Reported;
import java.io.IOException;

/** Writes what an endpoint carries, and what balancers make of it. */
final class LoadJson {
    private LoadJson() {}

    static void write(JsonGenerator out, Load load, long nowNanos) throws IOException {
        out.writeNumberField("inFlight", load.inFlight());
        out.writeNumberField("started", load.started());
        out.writeNumberField("failed", load.failed());
        out.writeNumberField("costMillis", Math.round(load.costNanos(nowNanos) / 1e3) / 1e3);
        out.writeNumberField("failureShare", Math.round(load.failureShare(nowNanos) * 1e3) / 1e3);
        out.writeNumberField("handicap", load.handicap());
        out.writeNumberField("slowness", load.slowness());
        Reported reported = load.reported();
        if (reported != null) {
            LoadReport report = reported.report();
            out.writeObjectFieldStart("reported");
            out.writeNumberField("ageSeconds", SourceJson.seconds(reported.ageNanos(nowNanos)));
            out.writeNumberField("utilization", report.utilization());
            out.writeNumberField("requestsPerSecond", report.requestsPerSecond());
            out.writeNumberField("errorsPerSecond", report.errorsPerSecond());
            out.writeEndObject();
        }
    }
}
