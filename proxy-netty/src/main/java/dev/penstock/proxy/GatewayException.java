package dev.penstock.proxy;

import java.util.List;

/** A gateway that could not be started. Nothing of it stays open. */
public final class GatewayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    GatewayException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * All that is wrong, as in {@code listener "web": 127.0.0.1:80: Permission denied}.
     *
     * @return one sentence each, never empty
     */
    public List<String> problems() {
        return problems;
    }
}
