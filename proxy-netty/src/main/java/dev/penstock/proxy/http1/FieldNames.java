package dev.penstock.proxy.http1;

/** Some of the names that have a number. Immutable. */
public final class FieldNames {
    private final long numbers;

    private FieldNames(long numbers) {
        this.numbers = numbers;
    }

    /**
     * Some names.
     *
     * @param names of those that have a number
     * @return all of them
     * @throws IllegalArgumentException if one has none
     */
    public static FieldNames of(FieldName... names) {
        long numbers = 0;
        for (FieldName name : names) {
            if (name.number() < 0) {
                throw new IllegalArgumentException("field name: " + name + " (expected: one that has a number)");
            }
            numbers |= 1L << name.number();
        }
        return new FieldNames(numbers);
    }

    long numbers() {
        return numbers;
    }
}
