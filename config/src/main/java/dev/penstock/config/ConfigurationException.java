package dev.penstock.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration cannot be used; says every fault of it. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    /**
     * An exception over all faults of a configuration.
     *
     * @param faults at least one, in the order of the file
     */
    public ConfigurationException(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining(System.lineSeparator())));
        this.faults = List.copyOf(faults);
    }

    /**
     * All faults that were found.
     *
     * @return at least one, in the order of the file
     */
    public List<Fault> faults() {
        return faults;
    }
}
