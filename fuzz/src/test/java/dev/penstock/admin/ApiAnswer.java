package dev.penstock.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What came back to one request. Immutable.
 *
 * @param status 0: nothing came before the end
 * @param headers by their names in small letters
 * @param body in UTF-8; of a stream what was first sent is left out
 */
record ApiAnswer(int status, Map<String, String> headers, String body) {
    private static final int PATIENCE_MILLIS = 30_000;

    /** Sends bytes over a connection of its own and reads the first answer; throws where that takes too long. */
    static ApiAnswer to(int port, byte[] request, boolean head) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setSoLinger(true, 0); // thousands a minute: no port is to wait for what has been read whole
            send(socket.getOutputStream(), request);
            return read(socket.getInputStream(), head);
        }
    }

    /** The same of what need not be a request: no more comes behind it. */
    static ApiAnswer toRaw(int port, byte[] bytes) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(socket.getOutputStream(), bytes);
            try {
                socket.shutdownOutput();
                return read(socket.getInputStream(), /* noBody= */ true);
            } catch (java.net.SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                return new ApiAnswer(0, Map.of(), ""); // reset: no answer is due to what is none
            }
        }
    }

    /** An answer may come before all is sent. */
    private static void send(OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            return; // what was answered meanwhile is still to be read
        }
    }

    private static ApiAnswer read(InputStream in, boolean noBody) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!endsHead(head)) {
            int next = in.read();
            if (next < 0) {
                return new ApiAnswer(0, Map.of(), head.toString(ISO_8859_1));
            }
            head.write(next);
        }
        Map<String, String> headers = new HashMap<>();
        String[] lines = head.toString(ISO_8859_1).split("\r\n", -1);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
        }
        int status = Integer.parseInt(lines[0].substring(9, 12));
        int length = noBody ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("body: " + body.length + " bytes (expected: " + length + ")");
        }
        return new ApiAnswer(status, Map.copyOf(headers), new String(body, UTF_8));
    }

    private static boolean endsHead(ByteArrayOutputStream head) {
        byte[] sofar = head.size() < 4 ? new byte[0] : head.toByteArray();
        int n = sofar.length;
        return n >= 4 && sofar[n - 4] == '\r' && sofar[n - 3] == '\n' && sofar[n - 2] == '\r' && sofar[n - 1] == '\n';
    }

    String type() {
        return headers.getOrDefault("content-type", "");
    }
}
