package dev.penstock.gateway;

import java.util.List;
import java.util.Map;

/** Variables of the environment that are true or false. Stateless. */
final class Flag {
    private Flag() {}

    /** What a variable says; without it, or where it is empty, what holds otherwise. */
    static boolean of(String variable, Map<String, String> variables, boolean otherwise) {
        String text = variables.getOrDefault(variable, "");
        return switch (text) {
            case "" -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw new Complaint(List.of(variable + ": \"" + text + "\" (expected: true or false)"));
        };
    }
}
