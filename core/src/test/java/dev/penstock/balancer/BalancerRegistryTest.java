package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
            public Balancer create(BalancerSettings settings) {
                return balancer;
            }
        };
    }

    @Test
    void B10_names_areThoseOfTheRules_aliasesWork() {
        assertThat(registry.names())
                .containsExactly(
                        "first",
                        "hcl",
                        "least_requests",
                        "maglev",
                        "p2c",
                        "p2c_ewma",
                        "priority",
                        "random",
                        "rendezvous",
                        "ring_hash",
                        "round_robin",
                        "sticky",
                        "subset",
                        "weighted_random",
                        "weighted_round_robin",
                        "zone_aware");
        assertThat(Rules.all())
                .allSatisfy(rule -> assertThat(registry.balancer(rule)).isNotNull());
        assertThat(registry.balancer("round")).isInstanceOf(RoundRobin.class);
        assertThat(registry.balancer("least")).isInstanceOf(LeastRequests.class);
        assertThat(registry.balancer("pick_first")).isInstanceOf(First.class);
    }

    @Test
    void B10_unknownName_isAnErrorThatSaysWhatIsKnown() {
        assertThatThrownBy(() -> registry.balancer("nope"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("balancer: \"nope\" (expected: one of first, hcl, least_requests, maglev, p2c, p2c_ewma,"
                        + " priority, random, rendezvous, ring_hash, round_robin, sticky, subset, weighted_random,"
                        + " weighted_round_robin, zone_aware)");
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
    void balancer_withOptions_isMadeOfThem() {
        assertThat(registry.balancer("maglev(key=header:x-user, bound=1.25, slots=1009)"))
                .isInstanceOf(HashPolicy.class);
        assertThat(registry.balancer("rendezvous( key = path )")).isInstanceOf(HashPolicy.class);
    }

    @Test
    void balancer_optionsThatMakeNoSense_areRefused() {
        Map.of(
                        "p2c(size=3)",
                        "balancer \"p2c\": option \"size\" (expected: none)",
                        "maglev(kye=host)",
                        "balancer \"maglev\": option \"kye\" (expected: one of bound, key, slots); did you mean"
                                + " \"key\"?",
                        "maglev(key=hots)",
                        "key: \"hots\" (expected: one of client, cookie:NAME, header:NAME, host, path, query:NAME);"
                                + " did you mean \"host\"?",
                        "ring_hash(bound=1)",
                        "balancer \"ring_hash\": bound: \"1\" (expected: 1.01..1000.0)",
                        "ring_hash(bound=x)",
                        "balancer \"ring_hash\": bound: \"x\" (expected: 1.01..1000.0)",
                        "maglev(slots=65536)",
                        "slots: 65536 (expected: a prime up to 1048583, as 65537)",
                        "p2c/random",
                        "balancer: \"p2c/...\" (expected: nothing after it, \"p2c\" refines no other)")
                .forEach((text, message) -> {
                    assertThatThrownBy(() -> registry.balancer(text))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage(message);
                    assertThatThrownBy(() -> registry.check(text)).hasMessage(message);
                });
    }

    @Test
    void B15_customBalancerThatRefines_getsWhatFollows() {
        registry.register(new Refining());
        Balancer refined = registry.balancer("refining(note=x)/p2c");
        assertThat(refined).isInstanceOf(PowerOfTwo.class);
        assertThatThrownBy(() -> registry.balancer("refining"))
                .hasMessage(
                        "balancer: \"refining\" (expected: followed by the one that it refines, as in refining/p2c)");
        assertThatThrownBy(() -> registry.balancer("refining(nota=x)/p2c"))
                .hasMessage("balancer \"refining\": option \"nota\" (expected: one of note); did you mean \"note\"?");
        registry.check("refining"); // third parties are not asked by a check
        assertThatThrownBy(() -> registry.check("refining/p3c")).hasMessageContaining("p2c");
    }

    private static final class Refining implements BalancerFactory {
        @Override
        public String name() {
            return "refining";
        }

        @Override
        public Balancer create(BalancerSettings settings) {
            settings.text("note", "");
            return settings.refined();
        }
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
        public Balancer create(BalancerSettings settings) {
            return new First();
        }
    }

    private static final class Failing implements BalancerFactory {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public Balancer create(BalancerSettings settings) {
            throw new UnsupportedOperationException("not today");
        }
    }
}
