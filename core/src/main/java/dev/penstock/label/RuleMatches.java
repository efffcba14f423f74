package dev.penstock.label;

import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.ValueMatch;
import dev.penstock.text.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a rule says as conditions of routes: one for each of its alternatives. Stateless.
 *
 * <p>Alternatives are multiplied out; more than {@value #MAX_MATCHES} at any step are refused, and those that no request
 * can meet are left out.
 */
final class RuleMatches {
    static final int MAX_MATCHES = 64;

    private static final Set<String> NOT_YET =
            Set.of("clientip", "pathregexp", "headerregexp", "headersregexp", "queryregexp");
    private static final Map<String, String> NAMES = Map.of(
            "host", "Host",
            "hostheader", "HostHeader",
            "hostregexp", "HostRegexp",
            "path", "Path",
            "pathprefix", "PathPrefix",
            "method", "Method",
            "header", "Header",
            "headers", "Headers",
            "query", "Query");
    private static final Pattern ANY_HOST = Pattern.compile("\\^?\\.[+*]\\$?|\\{[A-Za-z]*:\\.[+*]}");
    private static final Pattern BELOW =
            Pattern.compile("(?:\\^?\\.\\+\\\\\\.((?:[A-Za-z0-9-]+\\\\\\.)*[A-Za-z0-9-]+)\\$)"
                    + "|(?:\\{[A-Za-z]*:\\.\\+}\\.([A-Za-z0-9.-]+))");

    private RuleMatches() {}

    /** Throws a RuleException that says where something cannot be understood. */
    static List<Match> of(String text) {
        List<Match> matches = List.copyOf(new LinkedHashSet<>(matches(RuleParser.parse(text))));
        if (matches.isEmpty()) {
            throw new RuleException(0, "no request can meet it (expected: conditions that can hold together)");
        }
        return matches;
    }

    private static List<Match> matches(Rule rule) {
        if (rule instanceof Rule.All all) {
            List<Match> product = List.of(Match.ALL);
            for (Rule part : all.parts()) {
                product = product(product, matches(part));
            }
            return product;
        }
        if (rule instanceof Rule.OneOf one) {
            List<Match> sum = new ArrayList<>();
            for (Rule part : one.parts()) {
                sum.addAll(matches(part));
            }
            return bounded(sum);
        }
        if (rule instanceof Rule.Not not) {
            if (not.part() instanceof Rule.Not twice) {
                return matches(twice.part());
            }
            throw new RuleException(not.at(), "\"!\" is not supported yet (expected: conditions that must hold)");
        }
        return condition((Rule.Condition) rule);
    }

    private static List<Match> bounded(List<Match> matches) {
        if (matches.size() > MAX_MATCHES) {
            throw new RuleException(
                    0, "too many alternatives (expected: at most " + MAX_MATCHES + " when multiplied out)");
        }
        return matches;
    }

    private static List<Match> product(List<Match> left, List<Match> right) {
        List<Match> both = new ArrayList<>();
        for (Match one : left) {
            for (Match other : right) {
                MatchBoth.of(one, other).ifPresent(both::add);
            }
            bounded(both);
        }
        return both;
    }

    private static List<Match> condition(Rule.Condition condition) {
        List<Rule.Arg> args = condition.args();
        return switch (condition.function()) {
            case "host", "hostheader" -> each(args, RuleMatches::host);
            case "hostregexp" -> each(args, RuleMatches::hostPattern);
            case "path" -> each(args, text -> path(new PathMatch.Exact(plain(text))));
            case "pathprefix" -> each(args, text -> path(new PathMatch.Prefix(plain(text))));
            case "method" -> List.of(methods(args));
            case "header", "headers" -> List.of(header(condition));
            case "query" -> List.of(query(condition));
            default -> throw unknown(condition);
        };
    }

    private static RuleException unknown(Rule.Condition condition) {
        if (NOT_YET.contains(condition.function())) {
            return new RuleException(
                    condition.at(),
                    "\"" + condition.function() + "\" is not supported yet (expected: one of "
                            + String.join(", ", new TreeSet<>(NAMES.values())) + ")");
        }
        return new RuleException(condition.at(), Suggestion.unknown(condition.function(), NAMES.values()));
    }

    /** An alternative for each argument. */
    private static List<Match> each(List<Rule.Arg> args, Function<String, Match> kind) {
        List<Match> matches = new ArrayList<>();
        for (Rule.Arg arg : args) {
            try {
                matches.add(kind.apply(arg.text()));
            } catch (RuleException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                throw new RuleException(arg.at(), String.valueOf(e.getMessage()));
            }
        }
        return matches;
    }

    private static Match host(String text) {
        if (text.indexOf('*') >= 0) {
            throw new IllegalArgumentException(
                    "host: \"" + text + "\" (expected: a host name; HostRegexp and penstock.host take patterns)");
        }
        return Match.ALL.withHost(text);
    }

    /** Only what says "any host" or "any host below a domain"; to take less or more would be unsafe. */
    private static Match hostPattern(String text) {
        if (ANY_HOST.matcher(text).matches()) {
            return Match.ALL;
        }
        Matcher below = BELOW.matcher(text);
        if (!below.matches()) {
            throw new IllegalArgumentException("host pattern: \"" + text
                    + "\" is not supported yet (expected: ^.+\\.example\\.com$ for all hosts below a domain, or .+)");
        }
        String domain = below.group(1) == null ? below.group(2) : below.group(1).replace("\\.", ".");
        return Match.ALL.withHost("*." + domain);
    }

    private static Match path(PathMatch path) {
        return Match.ALL.withPath(path);
    }

    private static String plain(String path) {
        if (path.indexOf('{') >= 0 || path.indexOf('}') >= 0) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" (expected: no braces; penstock.path.pattern takes" + " patterns)");
        }
        return path;
    }

    private static Match methods(List<Rule.Arg> args) {
        Set<String> methods = new HashSet<>();
        for (Rule.Arg arg : args) {
            if (!arg.text().matches("[A-Za-z][A-Za-z0-9_-]*")) {
                throw new RuleException(arg.at(), "\"" + arg.text() + "\" (expected: a method as in GET)");
            }
            methods.add(arg.text().toUpperCase(Locale.ROOT));
        }
        return Match.ALL.withMethods(methods);
    }

    private static Match header(Rule.Condition condition) {
        List<Rule.Arg> args = condition.args();
        if (args.size() != 2 || !args.get(0).text().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw arguments(condition, "the name of a header and a value");
        }
        return Match.ALL.withHeaders(
                List.of(new ValueMatch(args.get(0).text(), Set.of(args.get(1).text()))));
    }

    private static RuleException arguments(Rule.Condition condition, String expected) {
        return new RuleException(
                condition.at(), NAMES.get(condition.function()) + " with other arguments (expected: " + expected + ")");
    }

    /** {@code Query(`a`, `b`)} and {@code Query(`a`)}, or pairs as in {@code Query(`a=b`, `c=d`)}, all of which hold. */
    private static Match query(Rule.Condition condition) {
        List<Rule.Arg> args = condition.args();
        List<ValueMatch> parameters = new ArrayList<>();
        boolean pairs = args.get(0).text().indexOf('=') >= 0;
        if (!pairs && args.size() > 2) {
            throw arguments(condition, "the name of a parameter and a value, or name=value");
        }
        for (int i = 0; i < (pairs ? args.size() : 1); i++) {
            Rule.Arg arg = args.get(i);
            int equals = arg.text().indexOf('=');
            String name = equals < 0 ? arg.text() : arg.text().substring(0, equals);
            if (name.isBlank()) {
                throw new RuleException(arg.at(), "\"" + arg.text() + "\" (expected: the name of a parameter)");
            }
            Set<String> values = equals >= 0
                    ? Set.of(arg.text().substring(equals + 1))
                    : args.size() == 2 ? Set.of(args.get(1).text()) : Set.of();
            parameters.add(new ValueMatch(name, values));
        }
        return Match.ALL.withQuery(parameters);
    }
}
