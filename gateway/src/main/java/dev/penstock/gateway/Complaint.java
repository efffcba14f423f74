package dev.penstock.gateway;

import dev.penstock.config.Fault;
import java.util.List;

/** The program cannot do what it is asked, through no fault of its own: exit status 2, one line for each problem. */
final class Complaint extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    Complaint(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line for each fault of a configuration. */
    static Complaint of(List<Fault> faults) {
        return new Complaint(faults.stream().map(Fault::toString).toList());
    }

    List<String> problems() {
        return problems;
    }
}
