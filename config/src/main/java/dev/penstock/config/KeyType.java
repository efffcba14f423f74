package dev.penstock.config;

import java.util.List;
import java.util.stream.Collectors;

/** What a key takes. Immutable. */
sealed interface KeyType {
    /** In the words of the reference. */
    String told();

    /** Whether it is a single value: no list, no keys with values. */
    default boolean isScalar() {
        return true;
    }

    /** True or false. */
    record Flag() implements KeyType {
        @Override
        public String told() {
            return "`true` or `false`";
        }
    }

    /** One word as it is spelled; numbers and flags among them. */
    record Literal(String word) implements KeyType {
        @Override
        public String told() {
            return '`' + word + '`';
        }
    }

    /** A whole number from the least to the most; with the sign of its unit, or without one. */
    record Whole(long least, long most, String unit) implements KeyType {
        @Override
        public String told() {
            return least + ".." + most + (unit.isEmpty() ? "" : " " + unit);
        }
    }

    /** A number from the least to the most, with a fraction or without. */
    record Fraction(double least, double most) implements KeyType {
        @Override
        public String told() {
            String bounds = least + ".." + most;
            return "a number in " + bounds.replaceAll("\\.0(?![0-9])", "");
        }
    }

    /** Bytes, within bounds as they are spelled; without an upper one the last is empty. */
    record Size(String least, String most) implements KeyType {
        @Override
        public String told() {
            return "size, " + least + (most.isEmpty() ? " or more" : ".." + most);
        }
    }

    /** A duration, within bounds as they are spelled, each of which may be empty: then longer than zero, at most 365 days. */
    record Time(String least, String most) implements KeyType {
        boolean zero() {
            return least.equals("0s");
        }

        @Override
        public String told() {
            if (least.isEmpty() && most.isEmpty()) {
                return "duration";
            }
            return "duration, " + (zero() ? "`0s` allowed" : least + ".." + most);
        }
    }

    /** A text of some kind. */
    record Text(TextKind kind) implements KeyType {
        @Override
        public String told() {
            return kind.told();
        }
    }

    /** A list; or, where a single one may stand for it, that as well. */
    record Many(KeyType item, boolean orOne) implements KeyType {
        @Override
        public String told() {
            return (orOne ? "one or more: " : "list of ") + item.told();
        }

        @Override
        public boolean isScalar() {
            return false;
        }
    }

    /** Names of the user's own, each with a value. */
    record Named(KeyType value) implements KeyType {
        @Override
        public String told() {
            return "by name: " + value.told();
        }

        @Override
        public boolean isScalar() {
            return false;
        }
    }

    /**
     * Keys with values.
     *
     * @param of whose keys, if not those below its own
     * @param but which of them it does not take
     * @param one whether it takes exactly one
     */
    record Settings(String of, List<String> but, boolean one) implements KeyType {
        /** Copies the list. */
        public Settings {
            but = List.copyOf(but);
        }

        @Override
        public String told() {
            String whose = of.isEmpty() ? "" : " as in `" + of + '`';
            return (one ? "one setting" : "settings")
                    + whose
                    + (but.isEmpty() ? "" : ", but " + String.join(", ", but));
        }

        @Override
        public boolean isScalar() {
            return false;
        }
    }

    /** One of several. */
    record Either(List<KeyType> types) implements KeyType {
        /** Copies the list. */
        public Either {
            types = List.copyOf(types);
        }

        @Override
        public String told() {
            return types.stream().map(KeyType::told).collect(Collectors.joining(" or "));
        }

        @Override
        public boolean isScalar() {
            return types.stream().allMatch(KeyType::isScalar);
        }
    }
}
