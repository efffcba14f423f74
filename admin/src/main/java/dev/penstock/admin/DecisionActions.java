package dev.penstock.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.Explanation;
import dev.penstock.Penstock;
import dev.penstock.Planned;
import dev.penstock.Table;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.ConfigurationReader;
import dev.penstock.config.Fault;
import dev.penstock.config.RequestQuestion;
import dev.penstock.request.PlainRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says what would become of a request, and what a configuration would change; changes nothing. Thread-safe. */
final class DecisionActions {
    private static final Set<String> KEYS = Set.of("name", "source", "text");

    private final Penstock penstock;
    private final ConfigurationReader reader;
    private final Places places;

    DecisionActions(Penstock penstock, ConfigurationReader reader, Places places) {
        this.places = places;
        this.penstock = penstock;
        this.reader = reader;
    }

    AdminResponse explain(String body) {
        JsonNode tree = NativeDocument.parse(body);
        Table table = penstock.table();
        RequestQuestion question;
        try {
            question = RequestQuestion.read("JSON", body, table.listeners());
        } catch (ConfigurationException e) {
            throw NativeFaults.of(e, tree);
        }
        PlainRequest request = question.request();
        Explanation explanation = table.explain(request);
        List<String> text = new ArrayList<>();
        text.add(ExplanationText.title(question.text(), request));
        text.addAll(ExplanationText.lines(explanation, question.all() ? "" : request.host()));
        return AdminResponse.json(200, Json.object(out -> {
            Json.texts(out, "text", text);
            ExplanationJson.write(out, request, explanation);
        }));
    }

    AdminResponse plan(String body) {
        return places.in(() -> planned(body));
    }

    private AdminResponse planned(String body) {
        JsonNode tree = NativeDocument.parse(body);
        Set<String> unknown = new TreeSet<>();
        tree.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(KEYS);
        if (!tree.isObject() || !unknown.isEmpty()) {
            throw new ApiProblem(400, "body: " + unknown + " (expected: an object with name, text and maybe source)");
        }
        Configuration configuration;
        try {
            configuration = reader.read(text(tree, "name"), text(tree, "text"));
        } catch (ConfigurationException e) {
            throw new ApiProblem(400, e.faults().stream().map(Fault::toString).collect(Collectors.joining("; ")));
        }
        CatalogState read = configuration.catalog();
        String source = tree.has("source") ? text(tree, "source") : source(read.source());
        try {
            Planned planned = penstock.plan(new CatalogState(source, read.listeners(), read.routes(), read.services()));
            return PlannedJson.answer(planned);
        } catch (CatalogException e) {
            throw Replacement.problem(400, e);
        }
    }

    private static String text(JsonNode tree, String key) {
        JsonNode value = tree.path(key);
        if (!value.isTextual()) {
            throw new ApiProblem(
                    400,
                    key + ": " + (value.isMissingNode() ? "missing" : "not a text") + " (expected: a text)",
                    List.of(new ApiProblem.Spot("/" + key, 0, 0, "expected: a text")));
        }
        return value.textValue();
    }

    /** In whose place a file would be: the one file that there is, whatever it is called. */
    private String source(String own) {
        List<String> files = penstock.givers().stream()
                .filter(giver -> giver.startsWith("file "))
                .toList();
        return files.contains(own) || files.size() != 1 ? own : files.get(0);
    }
}
