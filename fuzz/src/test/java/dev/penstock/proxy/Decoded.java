package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.penstock.proxy.StrictHttp.Field;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.MessageWriter;
import dev.penstock.proxy.http1.RequestMessage;
import dev.penstock.proxy.http1.ResponseMessage;
import dev.penstock.proxy.http1.TrailedContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** One message as the decoder tells it, piece by piece, and as it is written again. Confined to one run. */
final class Decoded {
    private final String start;
    private final List<Field> fields;
    private final MessageWriter writer = new MessageWriter();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final boolean bodiless;
    private List<Field> trailers = List.of();
    private boolean whole;

    private Decoded(String start, Fields fields, ByteBuf head, boolean bodiless) {
        this.start = start;
        this.fields = fields(fields);
        this.bodiless = bodiless;
        writer.chunked(fields.contains(FieldName.TRANSFER_ENCODING));
        write(head);
    }

    static Decoded of(RequestMessage request) {
        String start = request.method() + " " + request.target() + (request.isHttp10() ? " HTTP/1.0" : " HTTP/1.1");
        ByteBuf head = new MessageWriter().head(request, ByteBufAllocator.DEFAULT);
        return new Decoded(start, request.fields(), head, false);
    }

    static Decoded of(ResponseMessage answer, boolean toHead) {
        String start = (answer.isHttp10() ? "HTTP/1.0 " : "HTTP/1.1 ") + answer.status() + " " + answer.reason();
        boolean bodiless = toHead || answer.status() < 200 || answer.status() == 204 || answer.status() == 304;
        ByteBuf head = new MessageWriter().head(answer, ByteBufAllocator.DEFAULT);
        return new Decoded(start, answer.fields(), head, bodiless);
    }

    private static List<Field> fields(Fields fields) {
        List<Field> copy = new ArrayList<>();
        fields.forEach((name, value) -> copy.add(new Field(name, value)));
        return copy;
    }

    /** Takes up a piece of the body, but for its reference. */
    void add(HttpContent content) {
        body.writeBytes(content.content().toString(ISO_8859_1).getBytes(ISO_8859_1));
        if (content instanceof TrailedContent last) {
            trailers = fields(last.trailers());
        }
        if (content instanceof LastHttpContent) {
            whole = true;
        }
        if (!bodiless) {
            writer.content(content.retain(), ByteBufAllocator.DEFAULT, this::write);
        }
    }

    private void write(ByteBuf bytes) {
        written.writeBytes(bytes.toString(ISO_8859_1).getBytes(ISO_8859_1));
        bytes.release();
    }

    boolean isWhole() {
        return whole;
    }

    /** The message without a body that is over with its head. */
    void end() {
        whole = true;
    }

    StrictHttp.Read read() {
        return new StrictHttp.Read(start, fields, body.toString(ISO_8859_1), trailers, whole);
    }

    /** As it would be sent on, if nothing in it were changed. */
    byte[] written() {
        return written.toByteArray();
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
