package dev.penstock.attack;

import java.util.ArrayList;
import java.util.List;

/**
 * A request as the endpoint saw it: a lenient endpoint, which takes for a request whatever looks like one.
 *
 * @param connection the number of its connection
 * @param head from the request line to the empty line, as it came, ISO 8859-1
 * @param body as it came, chunk sizes included
 * @param whole whether head and body came to their end
 */
public record SeenRequest(int connection, String head, String body, boolean whole) {
    /**
     * The target in the request line.
     *
     * @return what stands between the first and the last space; empty where there is none
     */
    public String target() {
        String line = head.lines().findFirst().orElse("");
        int from = line.indexOf(' ');
        int to = line.lastIndexOf(' ');
        return from < 0 ? "" : to > from ? line.substring(from + 1, to) : line.substring(from + 1);
    }

    /**
     * The values of a field.
     *
     * @param name compared without regard to case, white space around it ignored
     * @return in their order
     */
    public List<String> values(String name) {
        List<String> values = new ArrayList<>();
        head.lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon >= 0 && line.substring(0, colon).trim().equalsIgnoreCase(name)) {
                values.add(line.substring(colon + 1).trim());
            }
        });
        return values;
    }
}
