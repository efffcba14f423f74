package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.penstock.proxy.StrictHttp.Field;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** One message as a decoder tells it, piece by piece. Confined to one run. */
final class Decoded {
    private final String start;
    private final List<Field> fields;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private List<Field> trailers = List.of();
    private boolean whole;

    Decoded(String start, HttpHeaders headers) {
        this.start = start;
        fields = fields(headers);
    }

    private static List<Field> fields(HttpHeaders headers) {
        List<Field> fields = new ArrayList<>();
        headers.forEach(field -> fields.add(new Field(field.getKey(), field.getValue())));
        return fields;
    }

    void add(HttpContent content) {
        body.writeBytes(content.content().toString(ISO_8859_1).getBytes(ISO_8859_1));
        if (content instanceof LastHttpContent last) {
            trailers = fields(last.trailingHeaders());
            whole = true;
        }
    }

    boolean isWhole() {
        return whole;
    }

    StrictHttp.Read read() {
        return new StrictHttp.Read(start, fields, body.toString(ISO_8859_1), trailers, whole);
    }

    /** Sends bytes to a channel in pieces of a size; 0: all at once. */
    static void send(EmbeddedChannel channel, byte[] bytes, int size) {
        int step = size == 0 ? Math.max(1, bytes.length) : size;
        for (int at = 0; at < bytes.length && channel.isOpen(); at += step) {
            int end = Math.min(bytes.length, at + step);
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, end - at));
        }
    }
}
