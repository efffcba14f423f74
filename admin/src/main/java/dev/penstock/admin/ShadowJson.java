package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.service.Service;
import dev.penstock.shadow.ShadowReport;
import java.io.IOException;

/** Writes how the rule beside that of a service does. Stateless. */
final class ShadowJson {
    private ShadowJson() {}

    /** Nothing where there is none. */
    static void write(JsonGenerator out, Service service) throws IOException {
        ShadowReport report = service.shadow().orElse(null);
        if (report == null) {
            return;
        }
        out.writeObjectFieldStart("shadow");
        out.writeStringField("balancer", report.balancer());
        out.writeNumberField("samplePercent", report.samplePercent());
        if (!report.runs()) {
            out.writeStringField("fault", report.fault());
        }
        out.writeNumberField("seconds", SourceJson.seconds(report.watched().toNanos()));
        out.writeNumberField("requests", report.requests());
        out.writeNumberField("agreement", thousandths(report.agreement()));
        ShadowReport.Expected expected = report.expected();
        out.writeObjectFieldStart("expected");
        out.writeNumberField("requests", expected.requests());
        out.writeNumberField("liveMillis", thousandths(expected.liveNanos() / 1e6));
        out.writeNumberField("shadowMillis", thousandths(expected.shadowNanos() / 1e6));
        out.writeNumberField("liveFailures", thousandths(expected.liveFailures()));
        out.writeNumberField("shadowFailures", thousandths(expected.shadowFailures()));
        out.writeEndObject();
        out.writeArrayFieldStart("endpoints");
        for (ShadowReport.Share share : report.endpoints()) {
            out.writeStartObject();
            out.writeStringField("id", share.endpoint());
            side(out, "live", share.live());
            side(out, "shadow", share.shadow());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void side(JsonGenerator out, String name, ShadowReport.Side side) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("picks", side.picks());
        out.writeNumberField("inFlight", side.inFlight());
        out.writeNumberField("most", side.most());
        out.writeNumberField("mean", thousandths(side.mean()));
        out.writeEndObject();
    }

    private static double thousandths(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
