package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Randomness;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeededRandomnessTest {
    private static long[] draws(Randomness randomness) {
        return LongStream.generate(randomness::nextLong).limit(100).toArray();
    }

    @Test
    void nextLong_sameSeed_sameNumbers_otherSeed_others() {
        assertThat(draws(new SeededRandomness(1))).isEqualTo(draws(new SeededRandomness(1)));
        assertThat(draws(new SeededRandomness(1))).isNotEqualTo(draws(new SeededRandomness(2)));
    }

    @Test
    void fork_drawsWhatIsToCome_andAdvancesNothing() {
        var randomness = new SeededRandomness(1);
        draws(randomness);
        var fork = randomness.fork();
        assertThat(draws(fork)).isEqualTo(draws(randomness));
    }

    @Test
    void nextLong_knownSeed_knownNumbers() {
        // The first numbers of SplitMix64 for this seed, as java.util.SplittableRandom draws them.
        var known = new SplittableRandom(1234567);
        var randomness = new SeededRandomness(1234567);
        for (int i = 0; i < 10; i++) {
            assertThat(randomness.nextLong()).isEqualTo(known.nextLong());
        }
    }
}
