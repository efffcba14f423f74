package dev.penstock.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Finds in a head what two readers may read two ways. */
final class Hazards {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern REQUEST_LINE =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~\\x80-\\xff]+ HTTP/1\\.[01]");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

    private Hazards() {}

    /** What is wrong with a head, ends of lines included; empty if nothing is. */
    static List<String> of(String head, boolean ofAnswer) {
        List<String> hazards = new ArrayList<>();
        int from = 0;
        boolean first = true;
        List<String> lengths = new ArrayList<>();
        List<String> codings = new ArrayList<>();
        int hosts = 0;
        while (from < head.length()) {
            int end = head.indexOf('\n', from);
            end = end < 0 ? head.length() : end;
            boolean crlf = end > from && head.charAt(end - 1) == '\r';
            String line = head.substring(from, crlf ? end - 1 : end);
            from = end + 1;
            if (!crlf) {
                hazards.add("a line ends with LF alone");
            }
            control(line, hazards);
            if (first) {
                first = false;
                if (!ofAnswer && !REQUEST_LINE.matcher(line).matches()) {
                    hazards.add("request line \"" + shown(line) + "\"");
                }
                continue;
            }
            if (line.isEmpty()) {
                break;
            }
            int colon = line.indexOf(':');
            if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                hazards.add("folded line \"" + shown(line) + "\"");
            } else if (colon < 0 || !NAME.matcher(line.substring(0, colon)).matches()) {
                hazards.add("field \"" + shown(line) + "\"");
            } else {
                String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                String value = line.substring(colon + 1).trim();
                switch (name) {
                    case "content-length" -> lengths.add(value);
                    case "transfer-encoding" -> codings.add(value);
                    case "host" -> hosts++;
                    default -> {}
                }
            }
        }
        framing(lengths, codings, hazards);
        if (!ofAnswer && hosts > 1) {
            hazards.add(hosts + " Host fields");
        }
        return hazards;
    }

    private static void control(String line, List<String> hazards) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                hazards.add("control character in \"" + shown(line) + "\"");
                return;
            }
        }
    }

    private static void framing(List<String> lengths, List<String> codings, List<String> hazards) {
        if (!lengths.isEmpty() && !codings.isEmpty()) {
            hazards.add("Transfer-Encoding and Content-Length");
        }
        if (lengths.size() > 1) {
            hazards.add(lengths.size() + " Content-Length fields");
        } else if (lengths.size() == 1 && !DIGITS.matcher(lengths.get(0)).matches()) {
            hazards.add("Content-Length: " + shown(lengths.get(0)));
        }
        if (codings.size() > 1 || (codings.size() == 1 && !codings.get(0).equalsIgnoreCase("chunked"))) {
            hazards.add("Transfer-Encoding: " + shown(String.join(" | ", codings)));
        }
    }

    /** Text without the characters that no terminal should get, and not too long. */
    static String shown(String text) {
        var shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 60); i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format(Locale.ROOT, "\\x%02x", (int) c));
        }
        return text.length() > 60 ? shown + "..." : shown.toString();
    }
}
