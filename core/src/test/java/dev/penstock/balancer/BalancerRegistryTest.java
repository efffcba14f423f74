package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalancerRegistryTest {
    private final BalancerRegistry registry = BalancerRegistry.defaults();

    private static BalancerFactory factory(String name, Balancer balancer) {
        return new BalancerFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Balancer create() {
                return balancer;
            }
        };
    }

    @Test
    void B10_names_areThoseOfTheRules_aliasesWork() {
        assertThat(registry.names())
                .containsExactly(
                        "first",
                        "least_requests",
                        "p2c",
                        "random",
                        "round_robin",
                        "weighted_random",
                        "weighted_round_robin");
        assertThat(registry.names())
                .allSatisfy(name -> assertThat(registry.balancer(name)).isNotNull());
        assertThat(registry.balancer("round")).isInstanceOf(RoundRobin.class);
        assertThat(registry.balancer("least")).isInstanceOf(LeastRequests.class);
    }

    @Test
    void B10_unknownName_isAnErrorThatSaysWhatIsKnown() {
        assertThatThrownBy(() -> registry.balancer("nope"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("balancer: \"nope\" (expected: one of first, least_requests, p2c, random, round_robin,"
                        + " weighted_random, weighted_round_robin)");
        assertThatThrownBy(() -> registry.balancer("round-robin"))
                .hasMessageEndingWith("; did you mean \"round_robin\"?");
    }

    @Test
    void B15_customBalancer_isFoundByItsName() {
        Balancer custom =
                (candidates, context) -> request -> candidates.eligible().get(0);
        registry.register(factory("custom", custom));
        assertThat(registry.balancer("custom")).isSameAs(custom);
        assertThat(registry.names()).contains("custom");
        assertThatThrownBy(() -> BalancerRegistry.defaults().balancer("custom")).hasMessageContaining("\"custom\"");
    }

    @Test
    void B15_existingName_isAnError() {
        for (String name : List.of("p2c", "round")) {
            assertThatThrownBy(() -> registry.register(factory(name, new First())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll(
                            "\"" + name + "\"", "exists already", getClass().getName());
        }
        assertThat(registry.balancer("p2c")).isInstanceOf(PowerOfTwo.class);
    }

    @Test
    void register_badName_isAnError() {
        assertThatThrownBy(() -> registry.register(factory("Best One", new First())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"Best One\" (expected: lower case letters, digits and underscores)");
    }

    @Test
    void balancer_factoryFails_isReportedWithItsName() {
        registry.register(new Failing());
        registry.register(factory("nothing", null));
        assertThatThrownBy(() -> registry.balancer("failing"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("balancer \"failing\": its factory " + Failing.class.getName()
                        + " failed: java.lang.UnsupportedOperationException: not today")
                .hasCauseInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> registry.balancer("nothing")).hasMessageContaining("gave null");
    }

    @Test
    void defaults_classPath_isSearched_whatCannotBeLoadedIsLeftOut(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("META-INF/services/" + BalancerFactory.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, "no.such.Factory\n" + Found.class.getName() + "\n");
        var thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            var found = BalancerRegistry.defaults();
            assertThat(found.names()).contains("found", "p2c");
            assertThat(found.balancer("found")).isInstanceOf(First.class);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** A third party's, named on the class path. */
    public static final class Found implements BalancerFactory {
        @Override
        public String name() {
            return "found";
        }

        @Override
        public Balancer create() {
            return new First();
        }
    }

    private static final class Failing implements BalancerFactory {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public Balancer create() {
            throw new UnsupportedOperationException("not today");
        }
    }
}
