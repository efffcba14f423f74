package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.attack.AttackPack;
import dev.penstock.attack.Finding;
import dev.penstock.attack.Origin;
import dev.penstock.attack.Outcome;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A test for each attack of the {@link AttackPack}, for a gateway of your own:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> attacks() {
 *     return AttackTests.of(addressOfTheGateway, origin); // which has the origin's port as its only endpoint
 * }
 * }</pre>
 */
public final class AttackTests {
    private static final int PATIENCE_MILLIS = 20_000;

    private AttackTests() {}

    /**
     * Tests that fail where an attack gets through in a form that somebody may read another way.
     *
     * @param proxy what is attacked
     * @param origin its only endpoint
     * @return one for each attack
     */
    public static Stream<DynamicTest> of(InetSocketAddress proxy, Origin origin) {
        return tests(proxy, origin, finding -> finding.outcome() != Outcome.UNSAFE);
    }

    /**
     * Tests that fail where a proxy could have done better: where it repairs what it should refuse.
     *
     * @param proxy what is attacked
     * @param origin its only endpoint
     * @param known ids of attacks that need only be harmless
     * @return one for each attack
     */
    public static Stream<DynamicTest> strict(InetSocketAddress proxy, Origin origin, Set<String> known) {
        return tests(
                proxy,
                origin,
                finding ->
                        known.contains(finding.attack().id()) ? finding.outcome() != Outcome.UNSAFE : finding.isBest());
    }

    private static Stream<DynamicTest> tests(InetSocketAddress proxy, Origin origin, Predicate<Finding> good) {
        var pack = new AttackPack(proxy, origin, PATIENCE_MILLIS);
        return AttackPack.attacks().stream()
                .map(attack -> DynamicTest.dynamicTest(
                        attack.id(),
                        () -> assertThat(pack.run(attack))
                                .as(attack.title() + " " + attack.sources())
                                .matches(good)));
    }
}
