package dev.penstock.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.ValueMatch;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {
    private static final Match A = Match.ALL.withHost("a.test");

    private static String problem(String rule) {
        return catchThrowableOfType(RuleException.class, () -> RuleMatches.of(rule))
                .getMessage();
    }

    @Test
    void conditionsOfOneRequest_becomeOneRoute() {
        assertThat(RuleMatches.of("Host(`A.test`) && PathPrefix(`/api`) && Method(`get`, `POST`)"
                        + " && Header(`X-K`, `v`) && Query(`q`, `1`) && Query(`p`)"))
                .containsExactly(A.withPath(new PathMatch.Prefix("/api"))
                        .withMethods(Set.of("GET", "POST"))
                        .withHeaders(List.of(new ValueMatch("X-K", Set.of("v"))))
                        .withQuery(List.of(new ValueMatch("q", Set.of("1")), new ValueMatch("p", Set.of()))));
    }

    @Test
    void and_bindsBeforeOr() {
        assertThat(RuleMatches.of("Host(`a.test`) || Host(`b.test`) && Path(`/x`)"))
                .containsExactly(A, Match.ALL.withHost("b.test").withPath(new PathMatch.Exact("/x")));
        assertThat(RuleMatches.of("(Host(`a.test`) || Host(`b.test`)) && Path(`/x`)"))
                .hasSize(2);
    }

    @Test
    void prefix_isByWholeSegments_unlikeTraefiks() {
        assertThat(RuleMatches.of("PathPrefix(`/api`)"))
                .containsExactly(Match.ALL.withPath(new PathMatch.Prefix("/api")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "^.+\\.example\\.com$;*.example.com",
                ".+\\.example\\.com$;*.example.com",
                "{sub:.+}.example.com;*.example.com",
                ".+;*",
                "^.*$;*",
                "{any:.+};*"
            })
    void hostPattern_allBelowADomain_orAny(String pattern, String host) {
        assertThat(RuleMatches.of("HostRegexp(`" + pattern + "`)").get(0).host().text())
                .isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "^[a-z]+\\.example\\.com$",
                ".+\\.example\\.com", // without an end it also takes www.example.com.evil.test
                "^.+.example.com$",
                "{sub:[a-z]+}.example.com"
            })
    void hostPattern_thatSaysSomethingElse_isNotWidened(String pattern) {
        assertThat(problem("HostRegexp(`" + pattern + "`)")).startsWith("at 12: host pattern: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "Hots(`a`)~at 1: \"hots\" (expected: one of Header, Headers, Host, HostHeader, HostRegexp, Method, Path,"
                        + " PathPrefix, Query); did you mean \"Host\"?",
                "Host(`a`) & Path(`/x`)~at 11: \"&\" (expected: &&, || or the end)",
                "Host(`a`) &&~at 13: the end (expected: a condition as in Host(`www.example.com`))",
                "(Host(`a`)~at 11: the end (expected: &&, || or ))",
                "Host(`a`~at 9: the end (expected: a comma or ))",
                "Host(`a~at 6: a quote without an end (expected: another `)",
                "Host(a)~at 6: \"a\" (expected: an argument in backquotes or double quotes)",
                "Host()~at 6: \")\" (expected: an argument in backquotes or double quotes)",
                "Host~at 5: the end (expected: ( after the name of a condition)",
                "Host(\"a\\n\")~at 8: an unknown escape (expected: \\\" or \\\\, or backquotes)",
                "Host(`a b`)~at 6: host: \"a b\" (expected: a host name without port, as in www.example.com or"
                        + " *.example.com)",
                "Host(`a`) && !Path(`/x`)~at 14: \"!\" is not supported yet (expected: conditions that must hold)",
                "Path(`x`)~at 6: path: \"x\" (expected: begins with /, no query, no fragment)",
                "Headers(`a`)~at 1: Headers with other arguments (expected: the name of a header and a value)",
                "Host(`a`) && Host(`b`)~at 1: no request can meet it (expected: conditions that can hold together)",
                "ClientIP(`10.0.0.0/8`)~at 1: \"clientip\" is not supported yet (expected: one of Header, Headers, Host,"
                        + " HostHeader, HostRegexp, Method, Path, PathPrefix, Query)"
            })
    void fault_saysWhereAndWhatWasExpected(String rule, String message) {
        assertThat(problem(rule)).isEqualTo(message);
    }

    @Test
    void size_isBounded() {
        assertThat(problem("Host(`" + "a".repeat(5_000) + "`)")).contains("(expected: at most 4096)");
        assertThat(problem("(".repeat(100) + "Host(`a`)" + ")".repeat(100))).contains("nested too deep");
        assertThat(problem("!".repeat(100) + "Host(`a`)")).contains("nested too deep");
        assertThat(problem("Host(" + "`a`,".repeat(40) + "`a`)")).contains("too many arguments");
        String two = "(Header(`g%d`, `1`) || Header(`h%d`, `1`))";
        var many = new StringBuilder("Host(`a`)");
        for (int i = 0; i < 30; i++) {
            many.append(" && ").append(two.replace("%d", "" + i));
        }
        assertThat(problem(many.toString())).contains("too many alternatives");
    }
}
