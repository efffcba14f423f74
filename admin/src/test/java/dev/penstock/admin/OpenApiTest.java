package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.Penstock;
import dev.penstock.config.AdminSettings;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    @Test
    void document_namesEachMethodOfEachPath_andNoOther() {
        try (var api = new NativeCalls()) {
            JsonNode document = api.get("/v1/openapi.json");
            Set<String> told = new TreeSet<>();
            document.get("paths")
                    .properties()
                    .forEach(path -> path.getValue().fieldNames().forEachRemaining(name -> {
                        if (METHODS.contains(name)) {
                            told.add(name.toUpperCase(Locale.ROOT) + " " + path.getKey());
                        }
                    }));
            Set<String> there = new TreeSet<>();
            operations(api.penstock).forEach(one -> there.add(one.method() + " " + one.template()));
            assertThat(told).isEqualTo(there);
            assertThat(document.get("openapi").asText()).startsWith("3.1");
        }
    }

    static List<Operation> operations(Penstock penstock) {
        var setup = new ApiSetup(AdminSettings.defaults(), (version, listener) -> ListenerOutcome.DONE);
        var writers = new Writers();
        return new NativeApi(
                        penstock,
                        () -> Status.OK,
                        () -> {
                            throw new IllegalStateException("not asked");
                        },
                        Ticker.system(),
                        setup,
                        new ServerCatalog(penstock, setup.listeners(), false, writers),
                        writers)
                .operations();
    }

    @Test
    void references_leadSomewhere() {
        try (var api = new NativeCalls()) {
            JsonNode document = api.get("/v1/openapi.json");
            List<JsonNode> references = document.findValues("$ref");
            assertThat(references).isNotEmpty();
            assertThat(references)
                    .allMatch(one -> !document.at(one.asText().substring(1)).isMissingNode());
        }
    }

    @Test
    void parametersOfPaths_areNamed() {
        try (var api = new NativeCalls()) {
            JsonNode document = api.get("/v1/openapi.json");
            document.get("paths").properties().forEach(path -> {
                List<String> names = new ArrayList<>();
                path.getValue()
                        .path("parameters")
                        .forEach(one -> names.add("{"
                                + document.at(one.get("$ref").asText().substring(1))
                                        .get("name")
                                        .asText()
                                + "}"));
                List<String> there = new ArrayList<>(List.of(path.getKey().split("/", -1)));
                there.removeIf(segment -> !segment.startsWith("{"));
                assertThat(names).as(path.getKey()).isEqualTo(there);
            });
        }
    }
}
