package dev.penstock.runtime;

import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Problem;
import dev.penstock.config.Configuration;
import dev.penstock.proxy.TlsFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with configurations, found without running any. The plug-ins there are are looked for once: a file that is read
 * ten times a second would spend most of its time on that. Thread-safe.
 */
final class DefinitionChecks {
    private final Supplier<BiFunction<CatalogState, List<CatalogSource>, List<Problem>>> opener;
    private @Nullable BiFunction<CatalogState, List<CatalogSource>, List<Problem>> checker; // guarded by this

    /** Looks for nothing before the first question. */
    DefinitionChecks(Supplier<BiFunction<CatalogState, List<CatalogSource>, List<Problem>>> opener) {
        this.opener = opener;
    }

    List<Problem> problems(Configuration configuration) {
        List<Problem> problems = new ArrayList<>(checker().apply(configuration.catalog(), configuration.catalogs()));
        problems.addAll(TlsFiles.problems(configuration.catalog()));
        return problems;
    }

    private synchronized BiFunction<CatalogState, List<CatalogSource>, List<Problem>> checker() {
        if (checker == null) {
            checker = opener.get();
        }
        return checker;
    }
}
