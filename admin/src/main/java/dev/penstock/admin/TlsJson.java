package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.tls.UpstreamTls;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes what there is to say of TLS; nothing of keys. Stateless. */
final class TlsJson {
    private TlsJson() {}

    static void listener(JsonGenerator out, @Nullable TlsFacts facts) throws IOException {
        if (facts == null) {
            return;
        }
        out.writeObjectFieldStart("tls");
        out.writeArrayFieldStart("certificates");
        for (TlsFacts.Certificate one : facts.certificates()) {
            out.writeStartObject();
            Json.texts(out, "names", one.names());
            out.writeStringField("file", one.file());
            out.writeStringField("notAfter", one.notAfter().toString());
            out.writeStringField("clients", one.clients());
            if (!one.problem().isEmpty()) {
                out.writeStringField("problem", one.problem());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeObjectFieldStart("refused");
        for (Map.Entry<String, Long> count : new TreeMap<>(facts.refused()).entrySet()) {
            out.writeNumberField(count.getKey(), count.getValue());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    static void service(JsonGenerator out, ServiceSpec spec) throws IOException {
        UpstreamTls tls = spec.tls();
        if (tls == null) {
            return;
        }
        out.writeObjectFieldStart("tls");
        out.writeBooleanField("verify", tls.verify());
        out.writeStringField("serverName", tls.serverName());
        out.writeBooleanField("clientCertificate", tls.certificate() != null);
        out.writeEndObject();
    }
}
