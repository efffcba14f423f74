package dev.penstock.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The token of the environment goes to the Consul of the environment, and to no other. */
class ConsulTokenTest {
    @TempDir
    Path folder;

    private static String token(String uri, Map<String, String> variables) throws IOException {
        return ConsulSource.of(ConsulUri.of(URI.create(uri), Set.of(), variables), variables)
                .token()
                .read();
    }

    @ParameterizedTest
    @CsvSource({
        "consul:///orders, '', true",
        "consul://127.0.0.1:8500/orders, '', true",
        "consul://127.0.0.1/orders, '', true",
        "consul://127.0.0.1:8501/orders, '', false",
        "consul://evil.example:8500/orders, '', false",
        "consul:///orders, consul.internal:8500, true",
        "consul://CONSUL.internal:8500/orders, consul.internal:8500, true",
        "consul://consul.internal/orders, consul.internal, true",
        "consul://127.0.0.1:8500/orders, consul.internal:8500, false",
        "consul://consul.internal:8500.evil.example/orders, consul.internal:8500, refused",
        "consul://consul.internal.evil.example:8500/orders, consul.internal:8500, false",
        "consul://consul.internal:8501/orders, https://consul.internal:8501, true",
        "consul:///orders, https://consul.internal:8501, true",
        "consul:///orders?tls=false, https://consul.internal:8501, false",
        "consul://consul.internal:8501/orders?tls=false, https://consul.internal:8501, false",
        "consul:///orders, 'no address', refused"
    })
    void K10_tokenOfTheEnvironment_goesToItsConsulAlone(String uri, String address, String sent) throws Exception {
        Map<String, String> variables = new HashMap<>(Map.of("CONSUL_HTTP_TOKEN", "opensesame"));
        Map<String, String> files = new HashMap<>(
                Map.of("CONSUL_HTTP_TOKEN_FILE", "" + Files.writeString(folder.resolve("t"), "opensesame")));
        for (Map<String, String> each : List.of(variables, files)) {
            if (!address.isEmpty()) {
                each.put("CONSUL_HTTP_ADDR", address);
            }
            String expected = sent.equals("true") ? "opensesame" : sent.equals("false") ? "" : "refused";
            String found;
            try {
                found = token(uri, each);
            } catch (IllegalArgumentException e) {
                found = "refused";
            }
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void K10_tokenOfAUri_goesToItsHost_whateverTheEnvironmentSays() throws Exception {
        Map<String, String> variables = Map.of("CONSUL_HTTP_TOKEN", "opensesame", "OTHER", "other");

        assertThat(token("consul://10.0.0.9:8500/a?tokenEnv=OTHER", variables)).isEqualTo("other");
        assertThat(token("consul://10.0.0.9:8500/a?tokenEnv=CONSUL_HTTP_TOKEN", variables))
                .isEqualTo("opensesame");
        assertThat(token("consul:///a?token=own", variables)).isEqualTo("own");
        assertThat(token("consul://10.0.0.9:8500/a", Map.of())).isEmpty();
    }
}
