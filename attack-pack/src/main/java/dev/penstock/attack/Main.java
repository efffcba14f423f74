package dev.penstock.attack;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The command's entry: {@code java -jar penstock-attack-pack.jar --help}. */
public final class Main {
    private Main() {}

    /**
     * Runs the command and ends the process with its status.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        int status = new Program(
                        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                        new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .run(arguments);
        System.exit(status);
    }
}
