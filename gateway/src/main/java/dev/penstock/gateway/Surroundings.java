package dev.penstock.gateway;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * What the program meets outside itself. Immutable.
 *
 * @param out where answers go
 * @param err where complaints go
 * @param variables of the environment
 * @param signals tells what the system wishes, as that the program end
 * @param halt ends the process at once with a status; may return in tests
 */
record Surroundings(
        PrintWriter out, PrintWriter err, Map<String, String> variables, Signals signals, IntConsumer halt) {
    Surroundings {
        variables = Map.copyOf(variables);
    }
}
