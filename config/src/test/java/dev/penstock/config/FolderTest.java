package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTest {
    @TempDir
    Path directory;

    private void write(String name, String... lines) throws Exception {
        Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
    }

    private Reading read() {
        return Read.reader().reading(directory);
    }

    private List<String> faults() {
        return read().faults().stream()
                .map(fault -> fault.toString().replace(directory.toString(), "conf.d"))
                .toList();
    }

    @Test
    void folder_isOneConfiguration_byTheNamesOfItsFiles() throws Exception {
        write(
                "20-b.yml",
                "listeners: [127.0.0.1:2]",
                "services: {b: {endpoints: [b:1]}}",
                "routes: [{service: b, path: /b}]");
        write(
                "10-a.yaml",
                "listeners: [127.0.0.1:1]",
                "",
                "services: {a: {endpoints: [a:1]}}",
                "routes: [{service: a}]");
        write("30-c.json", "{\"threads\": 3, \"services\": {\"c\": {\"endpoints\": []}}}");

        Configuration configuration = read().orThrow();

        assertThat(configuration.catalog().listeners())
                .extracting(ListenerSpec::name)
                .containsExactly("127.0.0.1:1", "127.0.0.1:2");
        assertThat(configuration.catalog().routes())
                .extracting(spec -> spec.route().service().value())
                .containsExactly("a", "b");
        assertThat(configuration.catalog().services())
                .extracting(spec -> spec.name().value())
                .containsExactly("a", "b", "c");
        assertThat(configuration.process().threads()).isEqualTo(3);
        assertThat(configuration.catalog().source()).isEqualTo("file " + directory);
        assertThat(configuration.catalog().services().get(0).provenance().place())
                .isEqualTo("10-a.yaml line 3");
    }

    @Test
    void otherFiles_areNotRead() throws Exception {
        write("a.yaml", "listeners: [127.0.0.1:1]");
        for (String other : List.of(".hidden.yaml", "a.yaml~", "a.yaml.bak", "README.md", "#a.yaml#")) {
            write(other, "nonsense: [");
        }
        Files.createDirectory(directory.resolve("sub.yaml"));

        assertThat(read().faults()).isEmpty();
    }

    @Test
    void filesNamedInValues_areFromTheDirectoryOfTheirOwnFile() throws Exception {
        write("endpoint", "a:1");
        write("a.yaml", "listeners: [127.0.0.1:1]", "services: {a: {endpoints: [\"${file:endpoint}\"]}}");

        assertThat(read().orThrow()
                        .catalog()
                        .services()
                        .get(0)
                        .endpoints()
                        .get(0)
                        .address())
                .isEqualTo("a:1");
    }

    @Test
    void whatIsGivenTwice_isAFaultWithBothPlaces() throws Exception {
        write("a.yaml", "listeners: [127.0.0.1:1]", "services: {s: {endpoints: []}}", "threads: 2");
        write("b.yaml", "services:", "  s: {endpoints: []}", "drain: 3s", "routes: 7");

        assertThat(faults())
                .containsExactly(
                        "conf.d/b.yaml:2:3: services.s: given twice (expected: once); first in conf.d/a.yaml line 2",
                        "conf.d/b.yaml:3:1: drain: another file than that of threads, conf.d/a.yaml line 3 (expected:"
                                + " listeners, routes, services, catalogs, and all else in one file)",
                        "conf.d/b.yaml:4:1: routes: 7 (expected: a list)");
    }

    @Test
    void faults_ofEachFile_nameIt() throws Exception {
        write("a.yaml", "listeners: [nowhere]");
        write("b.yaml", "", "routes: [{service: s, path: x}]");

        assertThat(faults())
                .hasSize(2)
                .anyMatch(fault -> fault.startsWith("conf.d/a.yaml:1:13: listeners[0]: \"nowhere\" (expected: "))
                .anyMatch(fault -> fault.startsWith("conf.d/b.yaml:2:23: routes[0].path: \"x\" (expected: "));
    }

    @Test
    void filesThatCannotBeRead_areAllTold() throws Exception {
        write("a.yaml", "listeners: [");
        write("b.json", "{");
        Files.createSymbolicLink(directory.resolve("c.yaml"), Path.of("nowhere"));

        assertThat(faults())
                .hasSize(3)
                .anyMatch(fault -> fault.startsWith("conf.d/a.yaml:"))
                .anyMatch(fault -> fault.startsWith("conf.d/b.json:"))
                .contains("conf.d/c.yaml: unable to open file: no such file");
    }

    @Test
    void C01_filesOfServers_areOneList_andMixWithNoOtherForm() throws Exception {
        write("a.json", "[{\"address\": \":8081\"}, {\"address\": \":8082\"}]");
        write("b.json", "{\"address\": \":8083\"}");
        assertThat(read().orThrow().catalog().listeners())
                .extracting(ListenerSpec::name)
                .containsExactly(":8081", ":8082", ":8083");

        write("c.json", "[{\"address\": \":8081\"}]");
        assertThat(faults())
                .singleElement()
                .asString()
                .startsWith("conf.d/c.json:1:")
                .contains("\":8081\" (expected: an address given once)");

        write("c.json", "{\"listeners\": []}");
        assertThat(faults()).containsExactly("conf.d/c.json:1:1: another form (expected: servers as in conf.d/a.json)");
    }

    @Test
    void files_areSeen_alsoNewOnesAndThoseThatGo() throws Exception {
        write("a.yaml", "listeners: [127.0.0.1:1]");
        FilesSeen one = read().files();
        assertThat(one.now()).isEqualTo(one);

        write("b.yaml", "services: {}");
        FilesSeen two = read().files();
        assertThat(one.now()).isNotEqualTo(one);
        assertThat(two.now()).isEqualTo(two);

        Files.delete(directory.resolve("b.yaml"));
        assertThat(two.now()).isNotEqualTo(two);
        assertThat(read().files()).isEqualTo(one);
    }
}
