package dev.penstock.attack;

import dev.penstock.attack.Answer.End;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads one answer from a connection as RFC 9112 has it. */
final class AnswerReader {
    private static final int MAX_HEAD = 1 << 20;
    private static final int MAX_BODY = 8 << 20;
    private static final int MAX_INTERIMS = 1_000;
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[01] (\\d{3}) [^\\x00-\\x08\\x0a-\\x1f\\x7f]*");
    private static final Pattern CHUNK_LINE =
            Pattern.compile("[0-9a-fA-F]{1,8}[ \\t]*(;[^\\x00-\\x08\\x0a-\\x1f\\x7f]*)?");

    private final InputStream in;
    private final boolean toHead;
    private final StringBuilder body = new StringBuilder();
    private int interims;
    private int status;
    private String head = "";

    AnswerReader(InputStream in, boolean toHead) {
        this.in = in;
        this.toHead = toHead;
    }

    Answer read() throws IOException {
        try {
            return answer();
        } catch (Malformed e) {
            return ended(End.MALFORMED, e.flaw);
        } catch (Cut e) {
            return ended(End.CUT, "");
        } catch (SocketTimeoutException e) {
            return ended(End.SILENT, "");
        } catch (IOException e) {
            return ended(End.RESET, "");
        }
    }

    private Answer ended(End end, String flaw) {
        return new Answer(status, head, body.toString(), interims, end, flaw);
    }

    private Answer answer() throws IOException {
        readHead();
        while (status >= 100 && status < 200 && status != 101) {
            if (++interims > MAX_INTERIMS) {
                throw new Malformed("more than " + MAX_INTERIMS + " interim answers");
            }
            status = 0;
            readHead();
        }
        List<String> flaws = Hazards.of(head, true);
        if (!flaws.isEmpty()) {
            throw new Malformed(String.join(", ", flaws));
        }
        if (toHead || status == 101 || status == 204 || status == 304) {
            return ended(End.WHOLE, "");
        }
        List<String> lengths = values("content-length");
        if (!values("transfer-encoding").isEmpty()) {
            chunks();
            return ended(End.WHOLE, "");
        }
        if (!lengths.isEmpty()) {
            bytes(Long.parseLong(lengths.get(0)));
            return ended(End.WHOLE, "");
        }
        for (int b = in.read(); b >= 0; b = in.read()) {
            body.append((char) b);
            if (body.length() > MAX_BODY) {
                throw new Malformed("no end of the answer");
            }
        }
        return ended(End.BY_CLOSE, "");
    }

    private List<String> values(String name) {
        List<String> values = new ArrayList<>();
        head.lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                values.add(line.substring(colon + 1).trim());
            }
        });
        return values;
    }

    private void readHead() throws IOException {
        var text = new StringBuilder();
        while (!ended(text)) {
            int b = in.read();
            if (b < 0) {
                throw new Cut();
            }
            text.append((char) b);
            if (text.length() > MAX_HEAD) {
                throw new Malformed("a head of more than " + MAX_HEAD + " bytes");
            }
        }
        var line = STATUS_LINE.matcher(text.substring(0, text.indexOf("\r\n")));
        if (!line.matches()) {
            throw new Malformed("status line \"" + Hazards.shown(text.substring(0, text.indexOf("\r\n"))) + "\"");
        }
        status = Integer.parseInt(line.group(1));
        head = text.toString();
    }

    private static boolean ended(StringBuilder text) {
        int n = text.length();
        return n > 3
                && text.charAt(n - 1) == '\n'
                && text.charAt(n - 2) == '\r'
                && text.charAt(n - 3) == '\n'
                && text.charAt(n - 4) == '\r';
    }

    private void chunks() throws IOException {
        long size = -1;
        while (size != 0) {
            String line = line();
            if (!CHUNK_LINE.matcher(line).matches()) {
                throw new Malformed("chunk size \"" + Hazards.shown(line) + "\"");
            }
            size = Long.parseLong(line.split("[ \\t;]", 2)[0], 16);
            bytes(size);
            if (size > 0 && !line().isEmpty()) {
                throw new Malformed("a chunk that does not end where it should");
            }
        }
        String trailer = line();
        while (!trailer.isEmpty()) {
            if (trailer.toLowerCase(Locale.ROOT).startsWith("content-length")
                    || trailer.toLowerCase(Locale.ROOT).startsWith("transfer-encoding")) {
                throw new Malformed("trailer " + Hazards.shown(trailer));
            }
            trailer = line();
        }
    }

    private void bytes(long count) throws IOException {
        for (long i = 0; i < count; i++) {
            body.append((char) next());
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        int b = next();
        while (b != '\n') {
            line.append((char) b);
            b = next();
        }
        if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
            throw new Malformed("a line ends with LF alone");
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    private int next() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new Cut();
        }
        if (body.length() > MAX_BODY) {
            throw new Malformed("no end of the answer");
        }
        return b;
    }

    private static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        private final String flaw;

        Malformed(String flaw) {
            super(flaw);
            this.flaw = flaw;
        }
    }

    private static final class Cut extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
