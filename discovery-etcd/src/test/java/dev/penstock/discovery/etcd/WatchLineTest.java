package dev.penstock.discovery.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Flow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchLineTest {
    private final List<String> asked = new ArrayList<>();
    private final WatchLine line = new WatchLine(bytes -> {
        asked.add(new String(bytes, UTF_8));
        return asked.get(asked.size() - 1).startsWith("news");
    });
    private boolean cancelled;

    private void stream(String text, SplittableRandom random) {
        line.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                cancelled = true;
            }
        });
        byte[] bytes = text.getBytes(UTF_8);
        for (int at = 0; at < bytes.length && !cancelled; ) {
            int length = Math.min(bytes.length - at, random.nextInt(1, bytes.length / 3 + 2));
            line.onNext(List.of(ByteBuffer.wrap(bytes, at, length)));
            at += length;
        }
    }

    private String found() {
        return new String(line.getBody().toCompletableFuture().getNow(new byte[0]), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8}) // seeds
    void firstLineThatMatters_endsTheStream_howeverItIsCut(long seed) {
        stream("created\n\nprogress é\nnews: one\nnews: two\nmore", new SplittableRandom(seed));

        assertThat(found()).isEqualTo("news: one");
        assertThat(asked).containsExactly("created", "", "progress é", "news: one");
        assertThat(cancelled).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void lineThatIsTooLong_isNews_withoutBeingAskedFor(long seed) {
        stream("created\n" + "x".repeat(2 << 20), new SplittableRandom(seed));

        assertThat(line.getBody().toCompletableFuture()).isCompleted();
        assertThat(asked).containsExactly("created");
        assertThat(cancelled).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "created\n", "created\nnew"})
    void endOfTheStream_isAnEmptyLine(String text) {
        stream(text, new SplittableRandom(1));

        line.onComplete();

        assertThat(line.getBody().toCompletableFuture().join()).isEmpty();
    }
}
