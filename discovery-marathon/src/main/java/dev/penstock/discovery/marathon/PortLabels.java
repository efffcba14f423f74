package dev.penstock.discovery.marathon;

import dev.penstock.discovery.Problems;
import java.util.List;

/**
 * What two of proxymatic's labels say of one port of an app. Immutable.
 *
 * @param servicePort instead of the app's; 0: not said
 * @param weight of its endpoints, {@code 1..1000}
 * @see <a href="https://github.com/meltwater/proxymatic#application-settings">proxymatic, application settings</a>
 */
record PortLabels(int servicePort, int weight) {
    static final int DEFAULT_WEIGHT = 500;

    private static final String PREFIX = "com.meltwater.proxymatic.port.";
    private static final int MAX_WEIGHT = 1_000;
    private static final int MAX_PORT = 65_535;

    /** What the labels of an app say of its port of that index; what makes no sense is said and counts for nothing. */
    static PortLabels of(App app, int index, List<String> problems) {
        String prefix = PREFIX + index + ".";
        if (app.labels().keySet().stream().noneMatch(key -> key.startsWith(prefix))) {
            return new PortLabels(0, DEFAULT_WEIGHT);
        }
        var labels = new Labels(app, prefix, problems);
        return new PortLabels(
                labels.number("servicePort", 0, MAX_PORT), labels.number("weight", DEFAULT_WEIGHT, MAX_WEIGHT));
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

        private void wrong(String key, String text, String expected) {
            problems.add("app " + app.id() + ": " + prefix + key + ": \"" + Problems.line(text) + "\" (expected: "
                    + expected + ")");
        }
    }
}
