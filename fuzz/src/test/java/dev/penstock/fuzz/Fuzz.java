package dev.penstock.fuzz;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What Jazzer calls: one target, or all of them, each chosen by the first byte of an input. */
public final class Fuzz {
    private static @Nullable FuzzTarget only; // Jazzer knows static methods alone, in a process of its own

    private Fuzz() {}

    /** Takes the word of a target, or nothing for all. */
    public static void fuzzerInitialize(String[] arguments) {
        only = arguments.length == 0 || arguments[0].isEmpty()
                ? null
                : FuzzTarget.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    }

    /** Feeds a target with one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget target = only;
        if (target != null) {
            target.run(input);
        } else if (input.length > 0) {
            FuzzTarget[] all = FuzzTarget.values();
            all[Math.floorMod(input[0], all.length)].run(Arrays.copyOfRange(input, 1, input.length));
        }
    }
}
