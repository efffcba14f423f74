package dev.penstock.discovery;

import dev.penstock.endpoint.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one read of a source found, with authority. Immutable.
 *
 * @param endpoints all of the service; of two with one id the first counts, the other is skipped
 * @param skipped one sentence for each entry that could not be used
 * @param nextRead how long the answer is good for; null if the source does not say, then {@link SourceRules#relist()}
 *     counts; zero for reads that wait for a change by themselves (long polls)
 */
public record Listing(
        List<Endpoint> endpoints,
        List<String> skipped,
        @Nullable Duration nextRead) {
    /** Copies the lists and skips second endpoints of one id. */
    public Listing {
        List<Endpoint> distinct = new ArrayList<>();
        List<String> sentences = new ArrayList<>(skipped);
        Set<String> ids = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            if (ids.add(endpoint.id())) {
                distinct.add(endpoint);
            } else {
                sentences.add(endpoint.address() + ": id \"" + endpoint.id() + "\" (expected: given once)");
            }
        }
        endpoints = List.copyOf(distinct);
        skipped = List.copyOf(sentences);
        if (nextRead != null && nextRead.isNegative()) {
            throw new IllegalArgumentException("nextRead: " + nextRead + " (expected: 0 or more)");
        }
    }

    /**
     * A listing whose entries were all good.
     *
     * @param endpoints may be empty: the service has none
     * @return the listing
     */
    public static Listing of(List<Endpoint> endpoints) {
        return new Listing(endpoints, List.of(), null);
    }

    /**
     * A listing of raw entries, read one by one: an entry that cannot be read is skipped and does not fail the others.
     *
     * @param <T> the form in which the source has them
     * @param entries as the source gave them
     * @param reading gives the endpoint of an entry; null leaves it out (as one that is not running), an exception skips
     *     it with its message
     * @return the listing
     */
    public static <T> Listing of(Collection<T> entries, Function<? super T, ? extends @Nullable Endpoint> reading) {
        List<Endpoint> endpoints = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (T entry : entries) {
            try {
                Endpoint endpoint = reading.apply(entry);
                if (endpoint != null) {
                    endpoints.add(endpoint);
                }
            } catch (RuntimeException e) {
                skipped.add(Problems.of(e));
            }
        }
        return new Listing(endpoints, skipped, null);
    }

    /**
     * The same listing with a moment for the next read.
     *
     * @param nextRead see {@link #nextRead()}
     * @return a copy
     */
    public Listing withNextRead(Duration nextRead) {
        return new Listing(endpoints, skipped, nextRead);
    }
}
