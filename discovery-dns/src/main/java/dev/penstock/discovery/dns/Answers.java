package dev.penstock.discovery.dns;

import dev.penstock.endpoint.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * The addresses that targets were found to have. Immutable.
 *
 * @param targets whose endpoints are wanted
 * @param types of the questions asked for each
 * @param parts the end of each question
 */
record Answers(List<Target> targets, List<Integer> types, Map<Question, DnsReader.Part> parts) {
    /**
     * Puts them together.
     *
     * @param decided see {@link Found#decided()}
     * @param skipped what could not be used before; more is added
     * @throws DnsProblem if no question was answered, or the only ones answered found nothing
     */
    Found found(boolean decided, List<String> skipped) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (Target target : targets) {
            boolean any = false;
            for (int type : types) {
                DnsReader.Part part = part(target, type);
                for (InetAddress address : part.addresses()) {
                    any = true;
                    if (Addresses.isUsable(address)) {
                        endpoints.add(target.at(address));
                    } else {
                        skipped.add(Question.text(target.name()) + ": address " + Addresses.text(address)
                                + " (expected: one that can be connected to)");
                    }
                }
            }
            if (!any && decided) {
                skipped.add(Question.text(target.name()) + ": no address (expected: an A or AAAA record)");
            }
        }
        problems(skipped, endpoints.isEmpty());
        long ttl = parts.values().stream()
                .mapToLong(DnsReader.Part::ttlSeconds)
                .min()
                .orElse(Long.MAX_VALUE);
        return new Found(endpoints, skipped, decided, ttl);
    }

    private DnsReader.Part part(Target target, int type) {
        DnsReader.Part part = parts.get(new Question(target.name(), type));
        if (part == null) {
            throw new IllegalStateException(target + ": not asked for");
        }
        return part;
    }

    /** What failed is told of; it fails the whole if nothing is left. */
    private void problems(List<String> skipped, boolean nothingFound) {
        boolean anyAnswered = false;
        Throwable first = null;
        for (DnsReader.Part part : parts.values()) {
            Throwable problem = part.problem();
            if (problem == null) {
                anyAnswered = true;
            } else {
                first = first == null ? problem : first;
                skipped.add(cause(problem) + "; what was found before stays");
            }
        }
        if (first != null && (nothingFound || !anyAnswered)) {
            throw new DnsProblem(cause(first), first);
        }
    }

    private static String cause(Throwable problem) {
        Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
        return cause == null || cause.getMessage() == null ? String.valueOf(problem) : cause.getMessage();
    }
}
