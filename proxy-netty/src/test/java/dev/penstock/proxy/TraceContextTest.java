package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.http1.Heads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                PARENT,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later"
            })
    void trace_thatIsOne_isPassedOnWithItsState(String parent) {
        var headers = Heads.fields("traceparent", parent, "tracestate", "a=1");

        TraceContext.check(headers);

        assertThat(headers.get("traceparent")).isEqualTo(parent);
        assertThat(headers.get("tracestate")).isEqualTo("a=1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void trace_thatIsNone_isTakenOutWithItsState(String parent) {
        var headers = Heads.fields("traceparent", parent, "tracestate", "a=1");

        TraceContext.check(headers);

        assertThat(headers.names()).isEmpty();
    }

    @Test
    void trace_givenTwice_orStateAlone_isTakenOut() {
        var twice = Heads.fields("traceparent", PARENT, "traceparent", PARENT);
        var alone = Heads.fields("tracestate", "a=1");

        TraceContext.check(twice);
        TraceContext.check(alone);

        assertThat(twice.names()).isEmpty();
        assertThat(alone.names()).isEmpty();
    }
}
