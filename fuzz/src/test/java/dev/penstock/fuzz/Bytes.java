package dev.penstock.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An input read as a row of choices; past its end all choices are the first. Confined to one run. */
public final class Bytes {
    private final byte[] input;
    private int at;

    /** Nothing is read yet. */
    public Bytes(byte[] input) {
        this.input = input;
    }

    /** Whether all is read. */
    public boolean isOver() {
        return at >= input.length;
    }

    /** A number from 0 on, below the bound, which is 256 at most. */
    public int below(int bound) {
        return isOver() ? 0 : (input[at++] & 0xff) % bound;
    }

    /** One of several. */
    public <T> T of(List<T> all) {
        return all.get(below(all.size()));
    }

    /** Some of several, {@code least} of them at least, with repetitions. */
    public <T> List<T> some(int least, int most, List<T> all) {
        List<T> some = new ArrayList<>();
        for (int i = least + below(most - least + 1); i > 0; i--) {
            some.add(of(all));
        }
        return some;
    }

    /** All that is left. */
    public byte[] rest() {
        byte[] rest = Arrays.copyOfRange(input, Math.min(at, input.length), input.length);
        at = input.length;
        return rest;
    }

    /** All that is left, a character a byte. */
    public String text() {
        return new String(rest(), ISO_8859_1);
    }
}
