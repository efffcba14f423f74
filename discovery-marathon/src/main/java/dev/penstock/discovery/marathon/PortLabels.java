package dev.penstock.discovery.marathon;

import dev.penstock.discovery.Problems;
import java.time.Duration;
import java.util.List;

/**
 * What proxymatic's labels say of one port of an app. Immutable.
 *
 * @param servicePort instead of the app's; 0: not said
 * @param weight of its endpoints, {@code 1..1000}
 * @param most connections to one of its endpoints, by all load balancers together; 0: not said
 * @param http whether it is proxied as HTTP, not as bytes
 * @param client how long a client may be silent; zero: not said
 * @param server how long an endpoint may be silent; zero: not said
 * @see <a href="https://github.com/meltwater/proxymatic#application-settings">proxymatic, application settings</a>
 */
record PortLabels(int servicePort, int weight, int most, boolean http, Duration client, Duration server) {
    static final int DEFAULT_WEIGHT = 500;

    /** What holds where no label says anything. */
    static final PortLabels NONE = new PortLabels(0, DEFAULT_WEIGHT, 0, false, Duration.ZERO, Duration.ZERO);

    private static final String PREFIX = "com.meltwater.proxymatic.port.";
    private static final int MAX_WEIGHT = 1_000;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_CONNECTIONS = 1_000_000;
    private static final int MAX_SECONDS = 365 * 86_400;

    /** What the labels of an app say of its port of that index; what makes no sense is said and counts for nothing. */
    static PortLabels of(App app, int index, List<String> problems) {
        String prefix = PREFIX + index + ".";
        if (app.labels().keySet().stream().noneMatch(key -> key.startsWith(prefix))) {
            return NONE;
        }
        var labels = new Labels(app, prefix, problems);
        return new PortLabels(
                labels.number("servicePort", 0, MAX_PORT),
                labels.number("weight", DEFAULT_WEIGHT, MAX_WEIGHT),
                labels.number("maxconn", 0, MAX_CONNECTIONS),
                labels.http(),
                Duration.ofSeconds(labels.number("timeout.client", 0, MAX_SECONDS)),
                Duration.ofSeconds(labels.number("timeout.server", 0, MAX_SECONDS)));
    }

    /** The share of the connections that one of so many load balancers may have; at least one. */
    int mostOf(int group) {
        return most == 0 ? 0 : (most + group - 1) / group;
    }

    private record Labels(App app, String prefix, List<String> problems) {
        /** From 1 on. */
        int number(String key, int absent, int largest) {
            String text = app.labels().get(prefix + key);
            if (text == null) {
                return absent;
            }
            String digits = text.strip();
            int number = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
            if (number < 1 || number > largest) {
                wrong(key, text, "a whole number in 1.." + largest);
                return absent;
            }
            return number;
        }

        boolean http() {
            String text = app.labels().getOrDefault(prefix + "mode", "tcp").strip();
            if (!text.equals("http") && !text.equals("tcp")) {
                wrong("mode", text, "http or tcp; tcp is taken");
            }
            return text.equals("http");
        }

        private void wrong(String key, String text, String expected) {
            problems.add("app " + app.id() + ": " + prefix + key + ": \"" + Problems.line(text) + "\" (expected: "
                    + expected + ")");
        }
    }
}
