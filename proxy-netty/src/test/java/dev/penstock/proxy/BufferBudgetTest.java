package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferBudgetTest {
    private static final int READ = 64 << 10;
    private static final int MOST = 1 << 20;

    /** An event loop that runs what it is given when the test says so, and its share. */
    private static final class Loop {
        final Queue<Runnable> tasks = new ArrayDeque<>();
        final BufferShare share;

        Loop(BufferBudget budget) {
            share = budget.share(tasks::add);
        }

        void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    /** A client for whom bytes wait. */
    private static final class Client {
        final BufferHolding holding;
        long bytes;
        boolean cut;

        Client(Loop loop) {
            holding = new BufferHolding(loop.share, () -> bytes, () -> {
                cut = true;
                bytes = 0;
            });
        }

        Client hold(long more) {
            bytes += more;
            holding.count();
            return this;
        }
    }

    private static BufferBudget budget(int loops) {
        return new BufferBudget(MOST, loops);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) // seeds
    void clientsAtRandom_neverHoldMoreThanTheBudgetAndOneReadEach(long seed) {
        var random = new SplittableRandom(seed);
        int loopCount = 1 + random.nextInt(4);
        BufferBudget budget = budget(loopCount);
        List<Loop> loops =
                IntStream.range(0, loopCount).mapToObj(i -> new Loop(budget)).toList();
        List<Client> clients = new ArrayList<>();
        int cut = 0;
        for (int round = 0; round < 500; round++) {
            while (clients.size() < 200) {
                clients.add(new Client(loops.get(random.nextInt(loopCount))));
            }
            for (Client client : clients) { // each has one read, or gives some back, or says nothing
                switch (random.nextInt(4)) {
                    case 0, 1 -> client.hold(random.nextInt(READ + 1));
                    case 2 -> client.hold(-random.nextLong(client.bytes + 1) / 4);
                    default -> client.bytes = random.nextBoolean() ? client.bytes : 0; // gone out, not counted yet
                }
            }
            assertThat(clients.stream().mapToLong(client -> client.bytes).sum())
                    .isLessThanOrEqualTo(MOST + (long) clients.size() * READ);
            while (loops.stream().anyMatch(loop -> !loop.tasks.isEmpty())) {
                loops.forEach(Loop::run);
            }

            assertThat(budget.status().heldBytes()).isLessThanOrEqualTo(MOST);
            assertThat(clients.stream().mapToLong(client -> client.bytes).sum())
                    .isLessThanOrEqualTo(budget.status().heldBytes());
            cut += (int) clients.stream().filter(client -> client.cut).count();
            clients.removeIf(client -> client.cut);
        }
        assertThat(cut).isPositive();

        clients.forEach(client -> client.holding.end());
        assertThat(budget.status()).isEqualTo(new BufferStatus(0, MOST));
        assertThat(budget.isTight()).isFalse();
    }

    @Test
    void spentBudget_costsThoseWhoHoldTheLongest_whoeverGrowsNow() {
        BufferBudget budget = budget(1);
        var loop = new Loop(budget);
        Client first = new Client(loop).hold(400_000);
        Client second = new Client(loop).hold(400_000);
        first.holding.renew(); // it took much of it
        Client third = new Client(loop).hold(300_000);
        assertThat(List.of(first.cut, second.cut, third.cut)).containsOnly(false);

        loop.run();

        assertThat(second.cut).isTrue();
        assertThat(List.of(first.cut, third.cut)).containsOnly(false);
    }

    @Test
    void spentBudget_sparesWhoHoldsLittle() {
        BufferBudget budget = budget(1);
        var loop = new Loop(budget);
        Client little = new Client(loop).hold(100);
        Client much = new Client(loop).hold(MOST);

        loop.run();

        assertThat(little.cut).isFalse();
        assertThat(much.cut).isTrue();
    }

    @Test
    void spentBudget_whatHasGoneOutSince_costsNobody() {
        BufferBudget budget = budget(1);
        var loop = new Loop(budget);
        Client quick = new Client(loop).hold(MOST - READ);
        quick.bytes = 0; // nobody has counted it yet
        Client other = new Client(loop).hold(2 * READ);

        loop.run();

        assertThat(quick.cut).isFalse();
        assertThat(other.cut).isFalse();
        assertThat(budget.status().heldBytes()).isEqualTo(2 * READ);
    }

    @Test
    void spentBudget_costsTheLoopThatHoldsTheMost() {
        BufferBudget budget = budget(2);
        var full = new Loop(budget);
        var fair = new Loop(budget);
        Client greedy = new Client(full).hold(MOST - READ);
        Client modest = new Client(fair).hold(2 * READ);

        fair.run();
        assertThat(greedy.cut).isFalse();
        full.run();

        assertThat(greedy.cut).isTrue();
        assertThat(modest.cut).isFalse();
    }

    @Test
    void moreThanHalfUsed_connectionsTakeLess_andThenAgainAsMuchAsBefore() {
        BufferBudget budget = budget(1);
        var loop = new Loop(budget);
        var channel = new EmbeddedChannel();
        loop.share.fit(channel, READ);
        assertThat(channel.config().getWriteBufferHighWaterMark()).isEqualTo(READ);

        Client client = new Client(loop).hold(MOST * 3L / 4);
        loop.share.fit(channel, READ);
        assertThat(channel.config().getWriteBufferHighWaterMark()).isEqualTo(READ / 8);

        client.hold(-MOST * 3L / 4);
        loop.share.fit(channel, READ);
        assertThat(channel.config().getWriteBufferHighWaterMark()).isEqualTo(READ);
        channel.finishAndReleaseAll();
    }
}
