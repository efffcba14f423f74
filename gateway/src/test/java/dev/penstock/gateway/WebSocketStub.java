package dev.penstock.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A WebSocket server (RFC 6455) that sends each frame back as it came. */
final class WebSocketStub {
    private static final Pattern KEY = Pattern.compile("(?im)^Sec-WebSocket-Key: *(\\S+)");
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CLOSE = 0x8;

    private WebSocketStub() {}

    static StubBackend start() {
        return StubBackend.start(WebSocketStub::serve);
    }

    private static void serve(StubConnection connection) throws IOException {
        Matcher key = KEY.matcher(connection.readHead());
        if (!key.find()) {
            throw new IOException("no key");
        }
        connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n\r\n");
        boolean closed = false;
        while (!closed) {
            byte[] head = connection.read(2);
            int length = length(connection, head[1] & 0x7f);
            byte[] mask = connection.read(4);
            byte[] payload = connection.read(length);
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i % 4];
            }
            connection.send(frame(head[0], payload));
            closed = (head[0] & 0xf) == CLOSE;
        }
    }

    private static String accept(String key) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static int length(StubConnection connection, int told) throws IOException {
        if (told < 126) {
            return told;
        }
        ByteBuffer more = ByteBuffer.wrap(connection.read(told == 126 ? 2 : 8));
        return told == 126 ? more.getShort() & 0xffff : Math.toIntExact(more.getLong());
    }

    private static byte[] frame(byte first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 10).put(first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 1 << 16) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }
}
