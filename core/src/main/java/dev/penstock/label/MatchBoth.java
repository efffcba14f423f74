package dev.penstock.label;

import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.ValueMatch;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The condition that two conditions hold. Stateless. */
final class MatchBoth {
    private MatchBoth() {}

    /** Empty if no request can meet both. Knows hosts, exact paths, prefixes, methods and values. */
    static Optional<Match> of(Match left, Match right) {
        HostMatch host = host(left.host(), right.host());
        PathMatch path = path(left.path(), right.path());
        Set<String> methods = methods(left.methods(), right.methods());
        if (host == null || path == null || methods == null) {
            return Optional.empty();
        }
        return Optional.of(new Match(
                host,
                path,
                methods,
                all(left.headers(), right.headers()),
                all(left.query(), right.query()),
                Set.of(),
                Set.of()));
    }

    private static @Nullable HostMatch host(HostMatch left, HostMatch right) {
        if (left.covers(right)) {
            return right;
        }
        return right.covers(left) ? left : null;
    }

    private static @Nullable PathMatch path(PathMatch left, PathMatch right) {
        if (left.covers(right)) {
            return right;
        }
        return right.covers(left) ? left : null;
    }

    private static @Nullable Set<String> methods(Set<String> left, Set<String> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return left.isEmpty() ? right : left;
        }
        Set<String> both = new HashSet<>(left);
        both.retainAll(right);
        return both.isEmpty() ? null : both;
    }

    private static List<ValueMatch> all(List<ValueMatch> left, List<ValueMatch> right) {
        Set<ValueMatch> all = new LinkedHashSet<>(left);
        all.addAll(right);
        return List.copyOf(all);
    }
}
