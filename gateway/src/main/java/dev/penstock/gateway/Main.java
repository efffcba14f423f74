package dev.penstock.gateway;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The entry of the {@code penstock} program; the one class that ends a process. */
public final class Main {
    private Main() {}

    /**
     * Runs a command and ends the process with its status: 0 for success, 1 for a fault of the program, 2 for what
     * whoever called it can mend.
     *
     * @param arguments see {@code penstock --help}
     */
    public static void main(String[] arguments) {
        var surroundings = new Surroundings(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                System.getenv(),
                new SystemSignals(),
                Runtime.getRuntime()::halt);
        int status = Program.run(surroundings, arguments);
        surroundings.out().flush();
        surroundings.err().flush();
        System.exit(status);
    }
}
