package dev.penstock.discovery.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;

class OwnedClientTest {
    /** On every JDK. */
    @Test
    void open_builderThatFails_tellsItsCause() {
        var builder = broken();
        assertThatThrownBy(() -> OwnedClient.open(builder))
                .satisfies(problem -> assertThatThrownBy(() -> {
                            throw problem.getCause() == null ? problem : problem.getCause();
                        })
                        .hasMessageContaining("no more threads"));
    }

    private static HttpClient.Builder broken() {
        return (HttpClient.Builder) Proxy.newProxyInstance(
                OwnedClientTest.class.getClassLoader(),
                new Class<?>[] {HttpClient.Builder.class},
                (proxy, method, arguments) -> {
                    throw new OutOfMemoryError("no more threads");
                });
    }
}
