package dev.penstock.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Heads for tests, read from their bytes as any other. */
public final class Heads {
    private static final int LARGE = 64 << 10;

    private Heads() {}

    /** Fields as if they had come: a name, its value, the next name. */
    public static Fields fields(String... namesAndValues) {
        return request("GET", "/", "HTTP/1.1", namesAndValues).fields();
    }

    /** A request as if it had come. */
    public static RequestMessage request(String method, String target, String version, String... namesAndValues) {
        var reader = new RequestReader(LARGE, LARGE, 1_000, 64);
        var head = new StringBuilder(method + " " + target + " " + version + "\r\n");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            head.append(namesAndValues[i])
                    .append(": ")
                    .append(namesAndValues[i + 1])
                    .append("\r\n");
        }
        assertThat(reader.read(Unpooled.copiedBuffer(head + "\r\n", StandardCharsets.ISO_8859_1)))
                .isTrue();
        assertThat(reader.fault()).isNull();
        Framing framing = Framing.ofRequest(reader.fields(), reader.isHttp10());
        assertThat(framing).isNotNull();
        return new RequestMessage(reader.method(), reader.target(), reader.isHttp10(), reader.fields(), framing);
    }
}
