package dev.penstock.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The values of one metric, in the order in which they were noted first. Which labels it has is found in a table of their places, since
 * there may be a hundred thousand, and a map would make two objects for each. Not thread-safe.
 */
final class Family {
    private static final int FEW = 16;

    private final List<Label> labels = new ArrayList<>(FEW);
    private double[] values = new double[FEW];
    private int[] table = new int[2 * FEW]; // of places, from 1 on; at most half of it is taken

    /** Whether it has noted the value: a new one only where there is room for it. */
    boolean set(Label label, double value, boolean room, boolean counter) {
        int slot = slot(label);
        if (table[slot] > 0) {
            int place = table[slot] - 1;
            values[place] = counter ? values[place] + value : Math.max(values[place], value);
            return true;
        }
        if (room) {
            add(label, value, slot);
        }
        return room;
    }

    private void add(Label label, double value, int slot) {
        int place = labels.size();
        labels.add(label);
        table[slot] = place + 1;
        if (place == values.length - 1) {
            values = Arrays.copyOf(values, 2 * values.length);
            table = new int[2 * table.length];
            for (int i = 0; i <= place; i++) {
                table[slot(labels.get(i))] = i + 1;
            }
        }
        values[place] = value;
    }

    /** Where the label stands, or would. */
    private int slot(Label label) {
        int hash =
                label.hashCode() * 0x9E3779B9; // Fibonacci hashing: else labels that differ in one digit stand in a row
        int slot = hash >>> (Integer.numberOfLeadingZeros(table.length) + 1);
        while (table[slot] > 0 && !labels.get(table[slot] - 1).equals(label)) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    int size() {
        return labels.size();
    }

    Label label(int place) {
        return labels.get(place);
    }

    double value(int place) {
        return values[place];
    }
}
