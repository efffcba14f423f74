package dev.penstock.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.Explanation;
import dev.penstock.Penstock;
import dev.penstock.admin.ExplanationText;
import dev.penstock.catalog.CatalogException;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.RequestText;
import dev.penstock.request.PlainRequest;
import dev.penstock.resolve.IpLiteral;
import dev.penstock.runtime.Deciding;
import dev.penstock.runtime.Extension;
import dev.penstock.text.Suggestion;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code penstock explain}: says what would become of a request, and why; starts nothing. Confined to one call. */
@Command(
        name = "explain",
        description = "Says what a configuration would do with a request, and why; opens no port and asks nobody. With"
                + " --admin it asks a running gateway.")
final class ExplainCommand implements Callable<Integer> {
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\\p{Cntrl}]*");

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Mixin
    private final FileOption file = new FileOption();

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header of the request; may be repeated.")
    private List<String> headers = List.of();

    @Option(names = "--client", paramLabel = "IP", description = "The address of the client.")
    private @Nullable String client;

    @Option(
            names = "--listener",
            paramLabel = "NAME",
            description =
                    "By which listener it comes in; unless said otherwise the one at the port of the URL, else the"
                            + " first that has TLS, or not, as the URL says.")
    private @Nullable String listener;

    @Option(names = "--all", description = "Tells of routes of other hosts, too.")
    private boolean all;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "Asks the gateway at this admin address, as in " + AdminClient.DEFAULT
                    + ". Its token is PENSTOCK_ADMIN_TOKEN.")
    private @Nullable String admin;

    @Parameters(paramLabel = "REQUEST", description = "A method and a URL, as in 'GET https://www.example.com/x'.")
    private String text = "";

    @Override
    public Integer call() {
        if (admin != null) {
            return running(admin);
        }
        Configuration configuration;
        try {
            configuration = file.read(program.surroundings().variables());
        } catch (ConfigurationException e) {
            throw Complaint.of(e.faults());
        }
        PlainRequest request = request(configuration);
        try (Penstock penstock = Deciding.of(configuration, Extension.NONE)) {
            tell(penstock.explain(request), request, configuration);
        } catch (CatalogException e) {
            throw new Complaint(e.problems().stream().map(Object::toString).toList());
        }
        return 0;
    }

    private int running(String url) {
        if (file.isGiven()) {
            throw new Complaint(List.of("penstock: --file and --admin (expected: one of them)"));
        }
        var question =
                new ObjectMapper().createObjectNode().put("request", text).put("all", all);
        ObjectNode given = question.putObject("headers");
        for (String header : headers) {
            int colon = colon(header);
            given.put(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        if (client != null) {
            question.put("client", client);
        }
        if (listener != null) {
            question.put("listener", listener);
        }
        Surroundings surroundings = program.surroundings();
        new AdminClient(url, surroundings.variables())
                .ask("/v1/explain", question)
                .path("text")
                .forEach(line -> surroundings.out().println(line.asText()));
        return 0;
    }

    private static int colon(String header) {
        int colon = header.indexOf(':');
        if (colon < 1 || !HEADER.matcher(header).matches()) {
            String shown = header.replaceAll("\\p{Cntrl}", "?");
            throw new Complaint(List.of("penstock: header: \"" + shown + "\" (expected: NAME: VALUE)"));
        }
        return colon;
    }

    private void tell(Explanation explanation, PlainRequest request, Configuration configuration) {
        PrintWriter out = program.surroundings().out();
        out.println(ExplanationText.title(text, request));
        ExplanationText.lines(explanation, all ? "" : request.host()).forEach(out::println);
        var notAsked = new NotAsked(configuration);
        notAsked.had(explanation);
        notAsked.notes().forEach(out::println);
    }

    private PlainRequest request(Configuration configuration) {
        try {
            var listeners = configuration.catalog().listeners();
            PlainRequest request = RequestText.read(text, listeners);
            for (String header : headers) {
                int colon = colon(header);
                request = request.withHeader(
                        header.substring(0, colon).strip(),
                        header.substring(colon + 1).strip());
            }
            if (client != null) {
                String address = client;
                request = request.withClient(IpLiteral.parse(address)
                        .orElseThrow(() ->
                                new IllegalArgumentException("client: \"" + address + "\" (expected: an IP address)"))
                        .getHostAddress());
            }
            if (listener != null) {
                Set<String> names = new TreeSet<>();
                listeners.forEach(one -> names.add(one.name()));
                if (!names.contains(listener)) {
                    throw new IllegalArgumentException("listener: " + Suggestion.unknown(listener, names));
                }
                request = request.withListener(listener);
            }
            return request;
        } catch (IllegalArgumentException e) {
            throw new Complaint(List.of("penstock: " + e.getMessage()));
        }
    }
}
