package dev.penstock.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadBoardTest {
    private static final int WORDS = 9;

    /** Against what a look at each place finds, over all ranges; a place of more than 32,767 is one that nobody has. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8}) // seeds
    void least_andFind_areThoseOfALookAtEach(long seed) {
        var random = new SplittableRandom(seed);
        var board = new LoadBoard(WORDS);
        var numbers = new int[WORDS * LoadBoard.PLACES];
        Arrays.fill(numbers, 0x7fff);
        int most = 1 << (1 + random.nextInt(14));
        for (int i = 0; i < 2_000; i++) {
            int place = random.nextInt(numbers.length);
            int requests = random.nextInt(most);
            int beyond = random.nextInt(8) == 0 ? random.nextInt(100) : 0;
            board.show(place, requests);
            board.note(place, beyond);
            assertThat(board.noted(place)).isEqualTo(beyond);
            numbers[place] = requests + beyond;
            int from = random.nextInt(WORDS);
            check(board, numbers, from, from + 1 + random.nextInt(WORDS - from), random);
        }
    }

    private static void check(LoadBoard board, int[] numbers, int from, int to, SplittableRandom random) {
        int[] places =
                IntStream.range(from * LoadBoard.PLACES, to * LoadBoard.PLACES).toArray();
        int least = Arrays.stream(places).map(place -> numbers[place]).min().orElseThrow();
        int[] those =
                Arrays.stream(places).filter(place -> numbers[place] == least).toArray();
        long found = board.least(from, to);
        assertThat(LoadBoard.requests(found)).isEqualTo(least);
        assertThat(LoadBoard.count(found)).isEqualTo(those.length);
        int number = random.nextInt(those.length);
        assertThat(board.find(from, to, least, number)).isEqualTo(those[number]);
        assertThat(board.find(from, to, least, those.length)).isEqualTo(-1);
    }

    @Test
    void show_moreThanFits_isThatMuch_andTouchesNoOther() {
        var board = new LoadBoard(1);
        board.show(0, 7);
        board.show(1, Integer.MAX_VALUE);
        board.note(1, Integer.MAX_VALUE);
        board.show(2, 8);
        assertThat(board.find(0, 1, 7, 0)).isEqualTo(0);
        assertThat(board.find(0, 1, 8, 0)).isEqualTo(2);
        assertThat(board.find(0, 1, LoadBoard.MOST + LoadBoard.MOST_BEYOND, 0)).isEqualTo(1);
        assertThat(board.find(0, 1, 0x7fff, 0)).isEqualTo(3); // nobody's
    }

    @Test
    void nextNoted_goesThroughThemInOrder() {
        var board = new LoadBoard(3);
        for (int place : new int[] {1, 3, 4, 11}) {
            board.note(place, place);
        }
        assertThat(IntStream.iterate(board.nextNoted(0), place -> place >= 0, place -> board.nextNoted(place + 1)))
                .containsExactly(1, 3, 4, 11);
        board.note(11, 0);
        assertThat(board.nextNoted(5)).isEqualTo(-1);
        assertThat(board.nextNoted(12)).isEqualTo(-1);
    }
}
