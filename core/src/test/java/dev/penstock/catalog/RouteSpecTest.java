package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteSpecTest {
    private static final Match FULL = new Match(
            HostMatch.parse("www.example.com"),
            new PathMatch.Prefix("/api"),
            Set.of("HEAD", "GET"),
            List.of(new ValueMatch("X-Tenant", Set.of("b", "a"))),
            List.of(new ValueMatch("v", Set.of())),
            Set.of("web"),
            Set.of());

    private static String name(Match match) {
        return RouteSpec.of(match, "site").route().name();
    }

    @Test
    void name_ofDifferentConditions_isDifferent() {
        List<Match> matches = new ArrayList<>(List.of(Match.ALL, FULL));
        // The first two have equal hash codes.
        Stream.of("/Aa", "/BB")
                .map(PathMatch.Prefix::new)
                .map(Match.ALL::withPath)
                .forEach(matches::add);
        matches.add(Match.ALL.withPath(new PathMatch.Exact("/Aa")));
        matches.add(Match.ALL.withPath(new PathMatch.Pattern("/Aa")));
        matches.add(Match.ALL.withHost("a"));
        matches.add(Match.ALL.withMethods(Set.of("a")));
        matches.add(Match.ALL.withListeners(Set.of("a")));
        matches.add(Match.ALL.withSchemes(Set.of("http")));
        matches.add(Match.ALL.withSchemes(Set.of("https")));
        matches.add(Match.ALL.withListeners(Set.of("a", "b")));
        matches.add(Match.ALL.withListeners(Set.of("a, b")));
        matches.add(Match.ALL.withListeners(Set.of("1:a1:b")));
        for (Set<String> values : List.of(Set.<String>of(), Set.of("b"), Set.of("b", "c"), Set.of("b1:c"))) {
            matches.add(Match.ALL.withHeaders(List.of(new ValueMatch("a", values))));
            matches.add(Match.ALL.withQuery(List.of(new ValueMatch("a", values))));
        }
        matches.add(Match.ALL.withHeaders(List.of(new ValueMatch("a", Set.of()), new ValueMatch("b", Set.of()))));
        assertThat(matches).extracting(RouteSpecTest::name).doesNotHaveDuplicates();
        assertThat(name(FULL)).isNotEqualTo(RouteSpec.of(FULL, "other").route().name());
    }

    @Test
    void name_ofOneCondition_isTheSameInEveryRun() {
        // The order of Set.of differs from run to run.
        assertThat(name(FULL)).isEqualTo("site befb336eed41c870");
        assertThat(name(Match.ALL)).isEqualTo("site 511171afe988def6");
    }

    @Test
    void name_ofAConditionOnASecret_doesNotShowIt() {
        Match match = Match.ALL.withHeaders(List.of(new ValueMatch("Authorization", Set.of("s3cret"))));
        assertThat(name(match)).doesNotContain("s3cret").matches("site [0-9a-f]{16}");
    }
}
