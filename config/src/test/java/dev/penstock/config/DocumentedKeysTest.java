package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The document says every key that the reader takes, and no other. */
class DocumentedKeysTest {
    private static final Pattern UNKNOWN =
            Pattern.compile("[^ ]+: ([^ ]*?)\\.?nope: unknown key \\(expected: one of ([^)]*)\\).*");

    @Test
    void everyKeyTheReaderTakes_isInTheDocument_andNoOther() throws Exception {
        String document = Files.readString(Path.of("../docs/configuration.md"));
        Set<String> documented = new TreeSet<>();
        var matcher = Pattern.compile("(?m)^\\| `([^`]+)` \\|").matcher(document);
        while (matcher.find()) {
            documented.add(matcher.group(1));
        }

        assertThat(documented).containsExactlyInAnyOrderElementsOf(accepted());
    }

    /** Asked of the reader itself: an unknown key in each mapping makes it name the known ones. */
    private static Set<String> accepted() {
        List<String> faults = Read.faults(
                "nope: 1",
                "defaults: {nope: 1}",
                "listeners: [{nope: 1, tcp: {nope: 1}, forwarded: {nope: 1}, limits: {nope: 1}, timeouts: {nope: 1}, tls: {nope: 1,"
                        + " certificates: [{nope: 1, clients: {nope: 1}}]}}, {udp: {nope: 1}}]",
                "routes: [{nope: 1, path: {nope: 1}, headers: {x: {nope: 1}}, query: {x: {nope: 1}}, middleware:"
                        + " [{nope: 1}, {addresses: {nope: 1}}, {basicAuth: {nope: 1}}, {rate: {nope: 1}}, {redirect:"
                        + " {nope: 1}}, {request: {nope: 1}}, {answer: {nope: 1}}, {compress: {nope: 1}}]}]",
                "services: {s: {nope: 1, tls: {nope: 1}, timeouts: {nope: 1}, endpoints: [{nope: 1}], limits: {nope: 1}, circuitBreaker:"
                        + " {nope: 1}, fallback: {nope: 1}, shadow: {nope: 1}, retry: {nope: 1, backoff: {nope: 1}, budget: {nope: 1}, hedge:"
                        + " {nope: 1}}, health: {nope: 1, check: {nope: 1}, outliers: {nope: 1}, slowStart: {nope: 1}}}}",
                "catalogs: [{nope: 1}]",
                "admin: {nope: 1}",
                "log: {nope: 1, access: {nope: 1}}");
        Set<String> keys = new LinkedHashSet<>();
        for (String fault : faults) {
            var matcher = UNKNOWN.matcher(fault);
            if (matcher.matches()) {
                String owner = matcher.group(1)
                        .replaceAll("\\[[0-9]+]", "[]")
                        .replace("services.s", "services.*")
                        .replaceAll("(headers|query)\\.x", "$1.*");
                for (String key : matcher.group(2).split(", ", -1)) {
                    keys.add(owner.isEmpty() ? key : owner + "." + key);
                }
            }
        }
        return keys;
    }
}
