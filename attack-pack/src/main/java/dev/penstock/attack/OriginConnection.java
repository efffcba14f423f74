package dev.penstock.attack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One connection of the endpoint. Reads as leniently as some endpoint somewhere does: any line end, any spelling of
 * chunked, the first digits of a length; what follows is the next request.
 */
final class OriginConnection {
    private static final int PATIENCE_MILLIS = 400;
    private static final int MAX_BYTES = 4 << 20;
    private static final int UNASKED_AFTER_MILLIS = 50;

    private final Origin origin;
    private final Socket socket;
    private final int number;
    private final InputStream in;

    OriginConnection(Origin origin, Socket socket, int number) throws IOException {
        this.origin = origin;
        this.socket = socket;
        this.number = number;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    void serve() throws IOException {
        boolean goOn = true;
        while (goOn) {
            String head = head();
            if (head.isEmpty()) {
                return;
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            var body = new StringBuilder();
            boolean whole = true;
            try {
                body(head, body);
            } catch (SocketTimeoutException e) {
                whole = false;
            }
            socket.setSoTimeout(0);
            var request = new SeenRequest(number, head, body.toString(), whole);
            origin.saw(request);
            goOn = answer(request);
        }
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        int b = in.read();
        while (b >= 0 && head.length() < MAX_BYTES) {
            if (head.length() > 0 || (b != '\r' && b != '\n')) { // empty lines before a request are nothing
                head.append((char) b);
            }
            if (b == '\n' && endsWithEmptyLine(head)) {
                return head.toString();
            }
            b = in.read();
        }
        if (head.length() > 0) {
            origin.saw(new SeenRequest(number, head.toString(), "", false));
        }
        return "";
    }

    private static boolean endsWithEmptyLine(StringBuilder head) {
        int n = head.length();
        return (n > 1 && head.charAt(n - 2) == '\n')
                || (n > 2 && head.charAt(n - 2) == '\r' && head.charAt(n - 3) == '\n');
    }

    private void body(String head, StringBuilder body) throws IOException {
        if (values(head, "transfer-encoding").anyMatch(value -> value.contains("chunked"))) {
            chunks(body);
            return;
        }
        long length = values(head, "content-length")
                .mapToLong(OriginConnection::firstNumber)
                .findFirst()
                .orElse(0);
        for (long i = 0; i < Math.min(length, MAX_BYTES); i++) {
            body.append(next());
        }
    }

    /** The values of a field by any spelling of its name. */
    private static Stream<String> values(String head, String name) {
        return head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.indexOf(':') > 0)
                .filter(line -> name.equals(line.substring(0, line.indexOf(':'))
                        .trim()
                        .replace('_', '-')
                        .replace('.', '-')))
                .map(line -> line.substring(line.indexOf(':') + 1));
    }

    private static long firstNumber(String line) {
        String digits = line.replaceFirst("^[^0-9]*", "").replaceFirst("(?s)[^0-9].*$", "");
        if (digits.isEmpty()) {
            return 0;
        }
        return digits.length() > 9 ? MAX_BYTES : Long.parseLong(digits);
    }

    private void chunks(StringBuilder body) throws IOException {
        while (true) {
            String line = line(body);
            String digits = line.trim().replaceFirst("(?i)^0x", "").replaceFirst("(?is)[^0-9a-f].*$", "");
            digits = digits.replaceFirst("^0+(?=.)", "");
            long size = digits.isEmpty() || digits.length() > 7 ? 0 : Long.parseLong(digits, 16);
            if (size == 0) {
                break;
            }
            for (long i = 0; i < size; i++) {
                body.append(next());
            }
            line(body);
        }
        while (!line(body).isBlank()) {
            // trailers
        }
    }

    private String line(StringBuilder body) throws IOException {
        var line = new StringBuilder();
        char c = next();
        while (c != '\n') {
            line.append(c);
            c = next();
        }
        body.append(line).append('\n');
        return line.toString();
    }

    private char next() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new SocketTimeoutException("no more comes");
        }
        return (char) b;
    }

    private boolean answer(SeenRequest request) throws IOException {
        Reply reply = request.target().startsWith(Origin.PROBE) ? Reply.WELL : origin.reply();
        socket.getOutputStream().write(reply.equals(Reply.WELL) ? usual(request) : reply.bytes());
        socket.getOutputStream().flush();
        if (!reply.unasked().isEmpty()) {
            unasked(reply);
        }
        switch (reply.end()) {
            case CLOSE -> {
                return false;
            }
            case RESET -> {
                socket.setSoLinger(true, 0);
                return false;
            }
            default -> {
                return true;
            }
        }
    }

    private void unasked(Reply reply) throws IOException {
        socket.setSoTimeout(UNASKED_AFTER_MILLIS);
        try {
            in.mark(1);
            in.read();
            in.reset();
        } catch (SocketTimeoutException e) {
            // the proxy has the answer by now
        }
        socket.setSoTimeout(0);
        socket.getOutputStream().write(reply.unasked().getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static byte[] usual(SeenRequest request) {
        String target = request.target().replaceAll("[^!-~]", "?");
        String body = request.head().startsWith("HEAD ") ? "" : target;
        String text = "HTTP/1.1 200 OK\r\n" + Origin.TARGET_FIELD + ": " + target + "\r\nContent-Length: "
                + target.length() + "\r\n\r\n" + body;
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
