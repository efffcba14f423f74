package dev.penstock.runtime;

import java.util.List;

/** A runtime that could not be started. Nothing of it stays open. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    StartException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * All that is wrong.
     *
     * @return one sentence each, never empty
     */
    public List<String> problems() {
        return problems;
    }
}
