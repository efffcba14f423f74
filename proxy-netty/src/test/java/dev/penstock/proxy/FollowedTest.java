package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FollowedTest {
    private final Followed followed = new Followed();

    private CompletableFuture<Void> atLeast(long version) {
        return followed.atLeast(version).toCompletableFuture();
    }

    @Test
    void atLeast_isDoneOnceThatVersionOrALaterOneWasReached() {
        CompletableFuture<Void> third = atLeast(3);
        CompletableFuture<Void> fifth = atLeast(5);
        followed.reached(2);
        assertThat(third).isNotDone();
        followed.reached(4);
        assertThat(third).isCompleted();
        assertThat(fifth).isNotDone();
        followed.reached(1); // late news
        assertThat(atLeast(4)).isCompleted();
    }

    @Test
    void end_holdsNobodyUp() {
        CompletableFuture<Void> waiting = atLeast(7);
        followed.end();
        assertThat(waiting).isCompleted();
        assertThat(atLeast(9)).isCompleted();
    }
}
