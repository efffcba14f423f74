package dev.penstock.label;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** True and false as labels spell them. Stateless. */
final class Flags {
    private Flags() {}

    /** Null if it is neither. */
    static @Nullable Boolean parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default -> null;
        };
    }
}
