package dev.penstock.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes the form of {@link Server} and its parts as JSON, in one line each. Stateless. */
public final class ServerJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private ServerJson() {}

    /** A piece of a document. */
    @FunctionalInterface
    private interface Piece {
        void write(JsonGenerator out) throws IOException;
    }

    /**
     * A list of servers.
     *
     * @param servers in the order wanted
     * @return as in <code>{"servers":[]}</code>
     */
    public static String of(List<Server> servers) {
        return text(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("servers");
            for (Server server : servers) {
                write(out, server);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /**
     * A server.
     *
     * @param server to be written
     * @return an object; {@code fallbacks}, a map by key, only if there are some
     */
    public static String of(Server server) {
        return text(out -> write(out, server));
    }

    /**
     * A filter.
     *
     * @param filter to be written
     * @return an object; {@code Schemes} has always two texts
     */
    public static String of(ServerFilter filter) {
        return text(out -> write(out, filter));
    }

    /**
     * An upstream or a fallback.
     *
     * @param upstream to be written
     * @return an object
     */
    public static String of(Upstream upstream) {
        return text(out -> write(out, upstream));
    }

    /**
     * Upstreams by their keys.
     *
     * @param upstreams distinct by key
     * @return an object
     */
    public static String byKey(List<Upstream> upstreams) {
        return text(out -> writeByKey(out, upstreams));
    }

    /**
     * A list of upstreams.
     *
     * @param upstreams in the order wanted
     * @return an array
     */
    public static String list(List<Upstream> upstreams) {
        return text(out -> write(out, upstreams));
    }

    private static String text(Piece piece) {
        var text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            piece.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, Server server) throws IOException {
        out.writeStartObject();
        out.writeStringField("address", server.address());
        out.writeFieldName("filter");
        write(out, server.filter());
        out.writeFieldName("upstreams");
        write(out, server.upstreams());
        if (!server.fallbacks().isEmpty()) {
            out.writeFieldName("fallbacks");
            writeByKey(out, server.fallbacks());
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, ServerFilter filter) throws IOException {
        out.writeStartObject();
        if (filter.hosts().isEmpty()) {
            out.writeNullField("Hosts");
        } else {
            out.writeArrayFieldStart("Hosts");
            for (String host : filter.hosts()) {
                out.writeString(host);
            }
            out.writeEndArray();
        }
        List<String> schemes = filter.schemes().stream().sorted().toList();
        out.writeArrayFieldStart("Schemes");
        for (int i = 0; i < 2; i++) {
            out.writeString(i < schemes.size() ? schemes.get(i) : "");
        }
        out.writeEndArray();
        out.writeStringField("PathPrefix", filter.pathPrefix());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, List<Upstream> upstreams) throws IOException {
        out.writeStartArray();
        for (Upstream upstream : upstreams) {
            write(out, upstream);
        }
        out.writeEndArray();
    }

    private static void writeByKey(JsonGenerator out, List<Upstream> upstreams) throws IOException {
        out.writeStartObject();
        for (Upstream upstream : upstreams) {
            out.writeFieldName(upstream.key());
            write(out, upstream);
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Upstream upstream) throws IOException {
        out.writeStartObject();
        out.writeStringField("Target", upstream.target());
        out.writeNumberField("Port", upstream.port());
        out.writeNumberField("Priority", upstream.priority());
        out.writeNumberField("Weight", upstream.weight());
        out.writeEndObject();
    }
}
