package dev.penstock.config;

import java.util.List;

/** A value of a document, not yet given a meaning. Immutable. */
sealed interface Node {
    /** Where it begins. */
    Place place();

    /** What it is, in the words of a fault. */
    String described();

    /** What a scalar is by its spelling. */
    enum Kind {
        TEXT,
        NUMBER,
        FLAG,
        NOTHING,
        /** Any of text, number and flag: what a reference came to. */
        RESOLVED
    }

    /**
     * A single value.
     *
     * @param place where it begins
     * @param kind what it is by its spelling
     * @param text its value
     * @param written as it stands in the document, without quotes: with references, what they come to may be secret
     */
    record Scalar(Place place, Kind kind, String text, String written) implements Node {
        private static final int LONGEST_QUOTE = 80;

        Scalar(Place place, Kind kind, String text) {
            this(place, kind, text, text);
        }

        @Override
        public String described() {
            return switch (kind) {
                case TEXT, RESOLVED -> written.isEmpty() ? "nothing" : '"' + shortened() + '"';
                case NUMBER, FLAG -> shortened();
                case NOTHING -> "nothing";
            };
        }

        private String shortened() {
            String line = written.replaceAll("\\p{Cntrl}", "?");
            return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
        }
    }

    /**
     * A list.
     *
     * @param place where it begins
     * @param items in their order
     */
    record Sequence(Place place, List<Node> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String described() {
            return "a list";
        }
    }

    /**
     * Keys with values.
     *
     * @param place where it begins
     * @param entries in their order, distinct by key
     */
    record Mapping(Place place, List<Entry> entries) implements Node {
        public Mapping {
            entries = List.copyOf(entries);
        }

        @Override
        public String described() {
            return "keys with values";
        }
    }

    /**
     * A key with its value.
     *
     * @param key its text
     * @param place where the key begins
     * @param value what it is set to
     */
    record Entry(String key, Place place, Node value) {}
}
