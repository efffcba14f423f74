package dev.penstock.gateway;

import dev.penstock.config.RequestCase;
import java.util.List;

/**
 * The cases of one file. Immutable.
 *
 * @param name as it was given
 * @param cases in their order
 */
record CasesFile(String name, List<RequestCase> cases) {
    CasesFile {
        cases = List.copyOf(cases);
    }
}
