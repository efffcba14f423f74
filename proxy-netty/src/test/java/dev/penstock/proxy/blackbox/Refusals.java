package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.io.UncheckedIOException;

/** Waits until a port takes no connection any more. */
final class Refusals {
    private Refusals() {}

    static void awaitRefused(int port) {
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThatThrownBy(() -> RawClient.connect(port).close())
                        .isInstanceOf(UncheckedIOException.class));
    }
}
