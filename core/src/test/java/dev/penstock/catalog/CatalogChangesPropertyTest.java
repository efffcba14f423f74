package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.CatalogAdmission.Admitted;
import dev.penstock.catalog.CatalogMerge.Merged;
import dev.penstock.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of the state before saves work, and changes nothing of what comes out. */
class CatalogChangesPropertyTest {
    private static final int CHANGES = 400;
    private static final Set<Integer> RESERVED = Set.of(1_003);
    private static final CatalogValidation.Known KNOWN = new CatalogValidation.Known(Set.of("dns"), Set.of(), Set.of());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void rememberedDefinitions_giveWhatFreshOnesWould(long seed) {
        var random = new Random(seed);
        var admissions = new ArrayList<>(List.of(admission("one"), admission("two")));
        var told = new ArrayList<>(List.of(ports(random), ports(random)));
        var found = new ArrayList<>(List.of(empty("one"), empty("two")));
        Merged merged = CatalogMerge.of(List.of(), found, RESERVED);
        int quick = 0;
        for (int i = 0; i < CHANGES; i++) {
            int which = random.nextInt(2);
            String source = which == 0 ? "one" : "two";
            boolean fresh = random.nextInt(10) == 0;
            if (fresh) { // as one that is opened anew: equal definitions are other objects then
                admissions.set(which, admission(source));
            }
            told.set(which, changed(told.get(which), random));
            CatalogState state = state(told.get(which));
            var limits = random.nextInt(20) == 0 ? CatalogLimits.allowPorts("1000-1004") : CatalogLimits.none();
            Admitted admitted = admissions.get(which).admit(state, limits);
            assertThat(admitted).isEqualTo(admission(source).admit(state, limits));

            List<CatalogState> before = List.copyOf(found);
            if (fresh || !admitted.state().equals(found.get(which))) {
                found.set(which, admitted.state());
            }
            Merged whole = CatalogMerge.of(List.of(), found, RESERVED);
            Merged change = ServiceChange.of(before, found, merged);
            if (change != null) {
                quick++;
                assertThat(change).as("seed %s, change %s", seed, i).isEqualTo(whole);
            }
            merged = change == null ? whole : change; // goes on with what was put in, whatever objects it is of
        }
        assertThat(quick).isBetween(CHANGES / 10, CHANGES * 9 / 10);
    }

    private static CatalogAdmission admission(String source) {
        return new CatalogAdmission(
                source,
                KNOWN,
                spec -> spec.balancer().equals("none") ? List.of(new Problem(spec.name() + "", "no")) : List.of());
    }

    private static CatalogState empty(String source) {
        return new CatalogState(source, List.of(), List.of(), List.of());
    }

    private static List<ServicePort> ports(Random random) {
        return IntStream.range(0, 8).mapToObj(i -> port(i, random)).toList();
    }

    private static ServicePort port(int i, Random random) {
        var spec = ServiceSpec.of("service-" + i).withEndpoints(endpoints(random));
        if (random.nextInt(8) == 0) {
            spec = spec.withBalancer("none");
        }
        if (random.nextInt(4) == 0) {
            spec = spec.withProxyProtocol(ProxyProtocol.V2); // nothing for datagrams
        }
        if (random.nextInt(6) == 0) {
            spec = spec.withFallback(Fallback.to("service-" + random.nextInt(10))); // or of none, or of itself
        }
        return new ServicePort(
                1_000 + i, random.nextInt(3) == 0 ? Protocol.Udp.defaults() : Protocol.Tcp.defaults(), spec);
    }

    private static List<Endpoint> endpoints(Random random) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> Endpoint.of("127.0.0." + (1 + i), 1 + random.nextInt(1_000)))
                .toList();
    }

    /** Mostly other endpoints of one; at times another definition, or one more or less. */
    private static List<ServicePort> changed(List<ServicePort> ports, Random random) {
        var next = new ArrayList<>(ports);
        int at = random.nextInt(next.size());
        ServicePort old = next.get(at);
        switch (random.nextInt(8)) {
            case 0 -> next.set(at, port(at, random));
            case 1 -> next.remove(next.size() > 2 ? at : 0);
            case 2 -> next.add(port(8 + random.nextInt(8), random));
            case 3 -> {} // the same again
            default ->
                next.set(
                        at,
                        new ServicePort(
                                old.port(), old.protocol(), old.service().withEndpoints(endpoints(random))));
        }
        return next.isEmpty() ? ports : next;
    }

    private static CatalogState state(List<ServicePort> ports) {
        CatalogReader.Found found = new ServicePorts("127.0.0.1").found(ports, List.of());
        return new CatalogState("told", found.listeners(), found.routes(), found.services());
    }
}
