package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.penstock.proxy.StrictHttp.Field;
import dev.penstock.proxy.StrictHttp.Read;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What Netty's decoders read, up to the first fault: a third reading. It repairs what the others refuse. */
final class NettyHttp {
    private static final int PLENTY = 1 << 20;
    private static final Set<String> NOT_IN_TRAILERS = Set.of("content-length", "transfer-encoding", "trailer");

    private NettyHttp() {}

    private static HttpDecoderConfig config() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(PLENTY)
                .setMaxHeaderSize(PLENTY)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false);
    }

    static List<Read> requests(byte[] bytes) {
        return read(bytes, new HttpRequestDecoder(config()));
    }

    /** Interim answers and the final one. */
    static List<Read> responses(byte[] bytes, boolean toHead) {
        return read(bytes, new HttpResponseDecoder(config()) {
            @Override
            protected boolean isContentAlwaysEmpty(HttpMessage message) {
                int code = ((HttpResponse) message).status().code();
                return toHead || code < 200 || code == 204 || code == 304;
            }

            @Override
            protected boolean isSwitchingToNonHttp1Protocol(HttpResponse response) {
                return false;
            }
        });
    }

    private static List<Read> read(byte[] bytes, ChannelHandler decoder) {
        var channel = new EmbeddedChannel(decoder);
        List<Read> messages = new ArrayList<>();
        try {
            Decoded.send(channel, bytes, 0);
            channel.finish();
            boolean faulty = false;
            for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
                faulty = faulty || !take(message, messages);
                ReferenceCountUtil.release(message);
            }
            return messages;
        } finally {
            channel.releaseInbound();
        }
    }

    private static boolean take(Object message, List<Read> messages) {
        if (message instanceof HttpMessage head) {
            if (head.decoderResult().isFailure()) {
                return false;
            }
            messages.add(new Read(start(head), fields(head.headers()), "", List.of(), false));
        }
        if (message instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                return false;
            }
            Read before = messages.remove(messages.size() - 1);
            List<Field> trailers = content instanceof LastHttpContent last ? fields(last.trailingHeaders()) : List.of();
            String body = before.body() + content.content().toString(ISO_8859_1);
            boolean whole = content instanceof LastHttpContent;
            messages.add(new Read(before.start(), before.fields(), body, trailers, whole));
        }
        return true;
    }

    private static String start(HttpMessage head) {
        if (head instanceof HttpRequest request) {
            return request.method() + " " + request.uri() + " " + request.protocolVersion();
        }
        HttpResponse answer = (HttpResponse) head;
        return answer.protocolVersion() + " " + answer.status().code() + " "
                + answer.status().reasonPhrase();
    }

    private static List<Field> fields(HttpHeaders headers) {
        List<Field> fields = new ArrayList<>();
        headers.forEach(field -> fields.add(new Field(field.getKey(), field.getValue())));
        return fields;
    }

    /**
     * A reading as Netty would tell it: without the blanks around a reason, without trailers that must not be there, and
     * without a coding where there is no body.
     */
    static Read told(Read read, boolean bodiless) {
        String start = read.start();
        if (start.startsWith("HTTP/")) {
            String reason = start.substring("HTTP/1.1 200 ".length());
            start = start.substring(0, start.length() - reason.length()) + reason.replaceAll("^[ \\t]+|[ \\t]+$", "");
        }
        List<Field> fields = bodiless ? without(Set.of("transfer-encoding"), read.fields()) : read.fields();
        return new Read(start, fields, read.body(), without(NOT_IN_TRAILERS, read.trailers()), read.whole());
    }

    private static List<Field> without(Set<String> names, List<Field> fields) {
        return fields.stream()
                .filter(field -> !names.contains(field.name().toLowerCase(Locale.ROOT)))
                .toList();
    }
}
