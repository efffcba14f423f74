package dev.penstock.discovery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.endpoint.ServiceName;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerHostTest {
    @TempDir
    Path home;

    private final Map<String, String> variables = new HashMap<>();

    private DockerHost host(String uri) {
        URI parsed = URI.create(uri);
        return DockerUri.settings(
                        parsed,
                        dev.penstock.discovery.UriOptions.of(parsed, DockerUri.DISCOVERY),
                        new Environment(variables, home))
                .host();
    }

    @ParameterizedTest
    @CsvSource({
        "docker:///, unix:///var/run/docker.sock",
        "docker:///run/user/docker.sock, unix:///run/user/docker.sock",
        "docker://10.0.0.2, tcp://10.0.0.2:2375",
        "docker://10.0.0.2:1234/, tcp://10.0.0.2:1234",
        "docker://[::1]:1234, tcp://[::1]:1234",
        "docker://10.0.0.2?tls=true, tcp://10.0.0.2:2376 (TLS)",
        "docker://10.0.0.2?certs=/certs, tcp://10.0.0.2:2376 (TLS)"
    })
    void D10_uri_namesTheDaemon(String uri, String daemon) {
        assertThat(host(uri).text()).isEqualTo(daemon);
    }

    @ParameterizedTest
    @CsvSource({
        "unix:///run/other.sock, unix:///run/other.sock",
        "tcp://10.0.0.2:1234, tcp://10.0.0.2:1234",
        "tcp://10.0.0.2, tcp://10.0.0.2:2375",
        "http://10.0.0.2:1234, tcp://10.0.0.2:1234",
        "https://10.0.0.2:1234, tcp://10.0.0.2:1234 (TLS)"
    })
    void D10_dockerHost_isUsedIfTheUriNamesNone(String variable, String daemon) {
        variables.put("DOCKER_HOST", variable);
        assertThat(host("docker:///").text()).isEqualTo(daemon);
        assertThat(host("docker:///x.sock").text()).isEqualTo("unix:///x.sock");
    }

    @Test
    void D10_tlsVerify_asksForTheCertificatesOfItsFolder() {
        variables.putAll(
                Map.of("DOCKER_HOST", "tcp://10.0.0.2:2376", "DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", "/certs"));
        assertThat(host("docker:///").certificates()).isEqualTo(Path.of("/certs"));
        assertThat(host("docker:///?tls=false").certificates()).isNull();
        variables.remove("DOCKER_CERT_PATH");
        assertThat(host("docker:///").certificates()).isEqualTo(home.resolve(".docker"));
    }

    @Test
    void D10_contexts_areThoseOfDockersClient() throws Exception {
        context("far", "tcp://10.0.0.9:2376");
        Path tls = Files.createDirectories(home.resolve(".docker/contexts/tls/" + sha256("far") + "/docker"));
        context("near", "unix:///run/near.sock");
        Files.writeString(home.resolve(".docker/config.json"), "{\"currentContext\":\"near\"}");

        assertThat(host("docker:///").text()).isEqualTo("unix:///run/near.sock");
        assertThat(host("docker:///?context=far").text()).isEqualTo("tcp://10.0.0.9:2376 (TLS)");
        assertThat(host("docker:///?context=far").certificates()).isEqualTo(tls);
        assertThat(host("docker:///?context=default").text()).isEqualTo("unix:///var/run/docker.sock");
        variables.put("DOCKER_CONTEXT", "far");
        assertThat(host("docker:///").text()).isEqualTo("tcp://10.0.0.9:2376 (TLS)");
        variables.put("DOCKER_HOST", "unix:///run/host.sock");
        assertThat(host("docker:///").text()).isEqualTo("unix:///run/host.sock");
        assertThatThrownBy(() -> host("docker:///?context=fra"))
                .hasMessageStartingWith("context: \"fra\" (expected: one that `docker context ls` shows");
    }

    private void context(String name, String host) throws Exception {
        Path meta = Files.createDirectories(home.resolve(".docker/contexts/meta/" + sha256(name)));
        Files.writeString(
                meta.resolve("meta.json"),
                "{\"Name\":\"" + name + "\",\"Metadata\":{},\"Endpoints\":{\"docker\":{\"Host\":\"" + host
                        + "\",\"SkipTLSVerify\":false}}}");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void D10_brokenClientSettings_areNamed() throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), "{");
        assertThatThrownBy(() -> host("docker:///"))
                .hasMessageContaining("config.json: cannot be read (expected: JSON");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "docker://host:1/x?label=a=b|daemon: \"host:1/x\" (expected: docker://,",
                "docker://host:0?label=a=b|docker host: \"tcp://host:0\" (expected: unix:///path,",
                "docker://user@host?label=a=b|docker host: \"tcp://user@host\" (expected: unix:///path,",
                "docker:///x?tls=true&label=a=b|tls: \"true\" (expected: a daemon at host:port)",
                "docker:///x?certs=/c&label=a=b|certs: \"/c\" (expected: none without TLS)",
                "docker:///?labels=a=b|option: \"labels\" (expected: one of address,",
                "docker:///?poll=1&label=a|poll: \"1\" (expected: a duration as in",
                "docker:///?label=a&poll=1ms|poll: \"1ms\" (expected: 100ms to 1h)",
                "docker:///|selector: none (expected: one, as in docker://?label=app=shop",
                "docker:///?label=a=b&service=c|selector: label and service (expected: one,",
                "docker:///?label==b|label: \"=b\" (expected: name=value,",
                "docker:///?label=a=1,a=2|label: \"a=1,a=2\" (expected: name=value,",
                "docker:///?service=a&port=80|port: 80 (expected: none with service",
                "docker:///?label=a&port=0|port: \"0\" (expected: 1..65535)",
                "docker:///?label=a&ports=80,x|ports: \"80,x\" (expected: container ports in 1..65535",
                "docker:///?label=a&address=own|address: \"own\" (expected: one of auto, container, published)",
                "docker:///?label=a&swarm=yes|swarm: \"yes\" (expected: one of auto, off, on)"
            })
    void C11_badUris_areRefusedWithWhatWasExpected(String uri, String message) {
        var factory = new DockerDiscoveryFactory(new Environment(variables, home));
        URI parsed = URI.create(uri);
        assertThatThrownBy(() -> {
                    factory.shared(parsed);
                    factory.query(ServiceName.of("s"), parsed);
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void shared_isEqualForServicesOfOneDaemon() {
        var factory = new DockerDiscoveryFactory(new Environment(variables, home));
        assertThat(factory.shared(URI.create("docker://h:1?label=a=b&poll=5s")))
                .isEqualTo(factory.shared(URI.create("docker://h:1/?poll=5s&service=c&address=published")))
                .isNotEqualTo(factory.shared(URI.create("docker://h:1?label=a=b")));
    }
}
