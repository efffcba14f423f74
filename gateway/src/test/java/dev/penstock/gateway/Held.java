package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The threads and sockets of this process at a moment. Immutable.
 *
 * @param threads all but those that belong to nobody here
 * @param sockets how many, of any kind
 */
record Held(Set<Thread> threads, long sockets) {
    private static final Duration SOON = Duration.ofSeconds(60);

    static Held now() {
        return new Held(
                Thread.getAllStackTraces().keySet(),
                Vitals.of(ProcessHandle.current().pid(), Set.of()).sockets());
    }

    /**
     * Ends something, and waits until nothing is held beyond this.
     *
     * @param kept matches names of threads that may stay
     * @return how long it took in milliseconds
     */
    long millisUntilBack(Runnable end, Pattern kept) {
        long begin = Ticker.system().nanos();
        end.run();
        eventually(SOON, () -> assertBack(kept));
        return (Ticker.system().nanos() - begin) / 1_000_000;
    }

    private void assertBack(Pattern kept) {
        Held now = now();
        assertThat(now.threads.stream()
                        .filter(thread -> !threads.contains(thread))
                        .map(Thread::getName)
                        .filter(name -> !kept.matcher(name).matches())
                        .collect(Collectors.toSet()))
                .isEmpty();
        assertThat(now.sockets).isLessThanOrEqualTo(sockets);
    }
}
