package dev.penstock.attack;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The command: attacks a proxy and reports. Confined to one thread. */
final class Program {
    static final int WELL = 0;
    static final int UNSAFE = 1;
    static final int WRONG_USE = 2;

    private static final String USAGE = """
            attack-pack: attacks an HTTP/1.1 proxy with malformed requests and answers, and tells what came of them.
            The proxy must send every request, of any host and path, to 127.0.0.1, port --origin-port.

              --proxy HOST:PORT     what is attacked
              --origin-port PORT    where the pack listens as the proxy's only endpoint (default: 9999)
              --only PATTERN        attacks whose id matches this regular expression
              --patience MILLIS     how long to wait for an answer (default: 1500)
              --slow SECONDS        runs the attacks by time and amount in place of the others, all at once: slow heads,
                                    bodies and readers, floods, what has no end; the proxy has so long to end each,
                                    its own time-outs should be shorter
              --tls HOST:PORT       where the proxy speaks TLS; --slow attacks its handshakes as well
              --step MILLIS         between two bytes of those that trickle (default: 200)
              --json                one JSON object per attack
              --list                lists the attacks with the rule or report each comes from

            An exclamation mark says that a strict proxy does better. Exit status: 0 nothing unsafe, 1 something unsafe,
            2 wrong use or no connection. Attack only what is yours.
            """;

    private final PrintWriter out;
    private final PrintWriter err;
    private @Nullable InetSocketAddress proxy;
    private @Nullable InetSocketAddress tls;
    private int originPort = 9_999;
    private int patience = 1_500;
    private int slowSeconds;
    private int step = 200;
    private Pattern only = Pattern.compile(".*");
    private boolean json;
    private boolean list;

    Program(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    int run(String... arguments) {
        try {
            if (arguments.length == 0 || List.of(arguments).contains("--help")) {
                out.print(USAGE);
                out.flush();
                return arguments.length == 0 ? WRONG_USE : WELL;
            }
            read(arguments);
            if (list) {
                Report.list(out);
                return WELL;
            }
            return slowSeconds > 0 ? attackSlowly() : attack();
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.flush();
            return WRONG_USE;
        } catch (IOException | UncheckedIOException e) {
            err.println(e.getMessage());
            err.flush();
            return WRONG_USE;
        }
    }

    private InetSocketAddress proxy() {
        if (proxy == null) {
            throw new IllegalArgumentException("--proxy: missing (expected: HOST:PORT)");
        }
        return proxy;
    }

    private <T> List<T> chosen(List<T> attacks) {
        List<T> chosen = attacks.stream()
                .filter(attack -> only.matcher(attack.toString()).find())
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException(
                    "--only: \"" + only + "\" (expected: a pattern that some id matches, see --list)");
        }
        return chosen;
    }

    private int attackSlowly() throws IOException {
        InetSocketAddress target = proxy();
        List<SlowAttack> attacks = chosen(SlowPack.attacks());
        List<Finding> findings;
        try (var origin = Origin.open(originPort)) {
            findings = new SlowPack(target, tls, origin).run(attacks, new SlowAttack.Limit(slowSeconds * 1_000, step));
        }
        findings.forEach(this::report);
        return sum(findings);
    }

    private int attack() throws IOException {
        InetSocketAddress target = proxy();
        List<Attack> attacks = chosen(AttackPack.attacks());
        List<Finding> findings = new ArrayList<>();
        try (var origin = Origin.open(originPort)) {
            var pack = new AttackPack(target, origin, patience);
            pack.check();
            for (Attack attack : attacks) {
                Finding finding = pack.run(attack);
                findings.add(finding);
                report(finding);
            }
        }
        return sum(findings);
    }

    private void report(Finding finding) {
        if (json) {
            Report.json(finding, out);
        } else {
            Report.line(finding, out);
        }
    }

    private int sum(List<Finding> findings) {
        if (!json) {
            Report.sum(findings, out);
        }
        return findings.stream().anyMatch(finding -> finding.outcome() == Outcome.UNSAFE) ? UNSAFE : WELL;
    }

    private void read(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            switch (option) {
                case "--json" -> json = true;
                case "--list" -> list = true;
                case "--proxy", "--tls", "--origin-port", "--only", "--patience", "--slow", "--step" -> {
                    i++;
                    if (i == arguments.length) {
                        throw new IllegalArgumentException(option + ": nothing (expected: a value)");
                    }
                    set(option, arguments[i]);
                }
                default ->
                    throw new IllegalArgumentException("option: " + option + " (expected: one of those in --help)");
            }
        }
    }

    private void set(String option, String value) {
        switch (option) {
            case "--proxy" -> proxy = address(option, value);
            case "--tls" -> tls = address(option, value);
            case "--origin-port" -> originPort = number(option, value, 65_535);
            case "--slow" -> slowSeconds = number(option, value, 3_600);
            case "--step" -> step = number(option, value, 60_000);
            case "--patience" -> patience = number(option, value, 600_000);
            default -> only = pattern(value);
        }
    }

    private static Pattern pattern(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("--only: \"" + value + "\" (expected: a regular expression)", e);
        }
    }

    private static InetSocketAddress address(String option, String value) {
        int colon = value.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(option + ": \"" + value + "\" (expected: HOST:PORT)");
        }
        String host = value.substring(0, colon).replace("[", "").replace("]", "");
        return new InetSocketAddress(host, number(option, value.substring(colon + 1), 65_535));
    }

    private static int number(String option, String value, int most) {
        if (!value.matches("\\d{1,6}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > most) {
            throw new IllegalArgumentException(option + ": \"" + value + "\" (expected: 1.." + most + ")");
        }
        return Integer.parseInt(value);
    }
}
