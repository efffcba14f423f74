package dev.penstock.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.http.Call;
import dev.penstock.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyPollTest {
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final ManualTime time = new ManualTime();
    private final Scripted api = new Scripted();
    private final KeyPoll poll = new KeyPoll("/a/", api, time);

    /** Answers what the test sets; notes what it is asked. */
    private static final class Scripted implements EtcdApi {
        private final List<String> asked = new ArrayList<>();
        private Found found = found("1", 10);
        private Call<String> change = done("");

        private static Found found(String value, long index) {
            return new Found(Map.of("/a/b", value), List.of(), index);
        }

        private static <T> Call<T> done(T value) {
            var call = new Call<T>();
            call.complete(value);
            return call;
        }

        @Override
        public Call<Found> list(String key) {
            asked.add("list " + key);
            return done(found);
        }

        @Override
        public Call<String> await(String key, long index, Duration wait) {
            asked.add("await " + key + " after " + index + " for " + wait.toSeconds());
            return change;
        }
    }

    @Test
    void read_secondTime_waitsFromTheIndexOfTheFirst() {
        assertThat(poll.read(WAIT).join().found()).isEqualTo(api.found);
        api.change = new Call<>();
        Call<KeyPoll.Round> second = poll.read(WAIT);
        assertThat(second).isNotDone();
        api.found = Scripted.found("2", 17);
        api.change.complete("");
        assertThat(second.join().found()).isEqualTo(api.found);
        assertThat(api.asked).containsExactly("list /a/", "await /a/ after 10 for 60", "list /a/");
    }

    @Test
    void read_watchFails_readsAllAgainAtOnce() {
        poll.read(WAIT).join();
        api.change = new Call<>();
        Call<KeyPoll.Round> second = poll.read(WAIT);
        api.change.fail(new IOException("reset"));
        assertThat(second.join().found().skipped()).isEmpty();
    }

    @Test
    void read_watchRefused_isShownBesideWhatWasRead() {
        poll.read(WAIT).join();
        api.change = Scripted.done("watch: 403: no");
        assertThat(poll.read(WAIT).join().found().skipped()).containsExactly("watch: 403: no");
    }

    @Test
    void read_calledOff_callsOffTheWatchAndKnowsNothing() {
        poll.read(WAIT).join();
        api.change = new Call<>();
        poll.read(WAIT).cancel(true);
        assertThat(api.change).isCancelled();
        api.asked.clear();
        poll.read(WAIT).join();
        assertThat(api.asked).containsExactly("list /a/");
    }

    @Test
    void read_watchesThatEndAtOnceWithoutNews_areAskedSlowerAndSlower() {
        poll.read(WAIT).join();
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            pauses.add(poll.read(WAIT).join().nextRead().toMillis());
        }
        assertThat(pauses).startsWith(0L, 0L, 500L, 750L).isSorted().endsWith(15_000L);
        api.found = Scripted.found("2", 11);
        assertThat(poll.read(WAIT).join().nextRead()).isZero();
    }

    @Test
    void read_valuesThatAreWrittenAgainAndAgain_areAskedAFewTimesASecond() {
        poll.read(WAIT).join();
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            api.found = Scripted.found("1", 11 + i);
            pauses.add(poll.read(WAIT).join().nextRead().toMillis());
        }
        assertThat(pauses).startsWith(0L, 0L, 200L).isSorted().endsWith(200L);
    }

    @Test
    void read_watchThatLasted_isAskedAgainAtOnce() {
        poll.read(WAIT).join();
        for (int i = 0; i < 5; i++) {
            api.change = new Call<>();
            Call<KeyPoll.Round> read = poll.read(WAIT);
            time.advance(Duration.ofSeconds(1));
            api.change.complete("");
            assertThat(read.join().nextRead()).isZero();
        }
    }
}
