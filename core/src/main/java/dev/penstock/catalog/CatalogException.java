package dev.penstock.catalog;

import java.util.List;
import java.util.stream.Collectors;

/** Definitions that are not valid, with everything that is wrong with them. */
public final class CatalogException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Everything that is wrong. */
    @SuppressWarnings("serial") // an immutable list of records of strings; nobody serializes it
    private final List<Problem> problems;

    /**
     * At least one problem.
     *
     * @param source the catalog
     * @param problems not empty
     */
    public CatalogException(String source, List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n  ", source + ":\n  ", "")));
        this.problems = List.copyOf(problems);
    }

    /**
     * What is wrong.
     *
     * @return everything found, in the order of the definitions
     */
    public List<Problem> problems() {
        return problems;
    }
}
