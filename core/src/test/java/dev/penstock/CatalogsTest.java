package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.CatalogReport;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.service.HandTime;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.time.Scheduler;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CatalogsTest {
    private static final Match A = Match.ALL.withHost("a.test");

    private final HandTime time = new HandTime();
    private final DiscoveryContext context = new DiscoveryContext(time, time, new Seeded(1));
    private final ManualCatalog labels = new ManualCatalog("what it calls itself", context);
    private final ManualDiscovery endpoints = new ManualDiscovery("manual", context);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private PenstockBuilder builder() {
        return Penstock.builder()
                .ticker(time)
                .scheduler(time)
                .randomness(new Seeded(2))
                .discovery("manual", endpoints);
    }

    private Penstock build(PenstockBuilder builder) {
        Penstock penstock = builder.build();
        open.add(penstock);
        return penstock;
    }

    private Penstock following(PenstockBuilder builder) {
        return build(builder.catalog("labels", labels, CatalogLimits.none()));
    }

    private static RouteSpec route(String name, Match match, String service) {
        return route(name, match, 0, service);
    }

    private static RouteSpec route(String name, Match match, int priority, String service) {
        return new RouteSpec(new Route(name, match, priority, ServiceName.of(service)), new Provenance("x", name));
    }

    private static ServiceSpec service(String name) {
        return ServiceSpec.of(name).withDiscover(URI.create("manual:" + name));
    }

    private static String to(Penstock penstock, String url) {
        return penstock.explain(PlainRequest.get(url)).service();
    }

    private static List<String> rejected(Penstock penstock) {
        return penstock.catalogs().get(0).rejected();
    }

    @Test
    void definitions_takeEffectWhenToldAndGoWhenGone() {
        Penstock penstock = following(builder());
        assertThat(penstock.catalogs())
                .containsExactly(
                        new CatalogStatus("labels", CatalogStatus.State.PENDING, 0, "", 0, List.of(), List.of(), 0));

        time.advance(Duration.ofSeconds(1));
        endpoints.set(ServiceName.of("shop"), List.of(Endpoint.of("10.0.0.1", 80)));
        labels.set(CatalogReader.Found.of(
                List.of(route("a", A, "shop")), List.of(service("shop")), List.of("container x: bad")));

        assertThat(penstock.acquire(PlainRequest.get("http://a.test/"))).isInstanceOf(Lease.class);
        assertThat(penstock.catalogs())
                .containsExactly(new CatalogStatus(
                        "labels",
                        CatalogStatus.State.READY,
                        1_000_000_000L,
                        "",
                        1,
                        List.of("container x: bad"),
                        List.of(),
                        0));
        assertThat(penstock.table().services().get(0).spec().provenance()).isEqualTo(new Provenance("labels", ""));

        labels.set(List.of(), List.of());
        assertThat(((Refusal) penstock.acquire(PlainRequest.get("http://a.test/"))).reason())
                .isEqualTo(Reason.NO_ROUTE);
        assertThat(penstock.catalogs().get(0).revision()).isEqualTo(2);
    }

    @Test
    void S01_status_countsWhatIsInEffect_notWhatIsOnItsWay() {
        var penstock = new AtomicReference<Penstock>();
        List<String> seen = new ArrayList<>();
        Scheduler looking = new Scheduler() { // looks after each task: here, what one gives to another is on its way
                    @Override
                    public void execute(Runnable task) {
                        time.execute(() -> {
                            task.run();
                            Penstock running = penstock.get();
                            if (running != null) {
                                seen.add(running.catalogs().get(0).revision() + " of "
                                        + running.table().services().size());
                            }
                        });
                    }

                    @Override
                    public Timer schedule(Duration delay, Runnable task) {
                        return time.schedule(delay, task);
                    }
                };
        penstock.set(following(builder().scheduler(looking)));
        labels.set(List.of(route("a", A, "shop")), List.of(service("shop")));

        assertThat(seen).contains("0 of 0", "1 of 1").doesNotContain("1 of 0");
        assertThat(penstock.get().catalogs().get(0).state()).isEqualTo(CatalogStatus.State.READY);
    }

    @Test
    void S09_sourceThatFails_keepsItsDefinitionsAndSaysSo() {
        Penstock penstock = following(builder());
        labels.fail("connection refused");
        assertThat(penstock.catalogs().get(0).state()).isEqualTo(CatalogStatus.State.FAILED);

        labels.set(List.of(route("a", A, "shop")), List.of(service("shop")));
        assertThat(penstock.catalogs().get(0).state()).isEqualTo(CatalogStatus.State.READY);
        time.advance(Duration.ofSeconds(5));
        labels.fail("500 from\nthe server");
        time.advance(Duration.ofSeconds(5));
        labels.fail("500 again");

        CatalogStatus status = penstock.catalogs().get(0);
        assertThat(status.state()).isEqualTo(CatalogStatus.State.STALE);
        assertThat(status.problem()).isEqualTo("500 again");
        assertThat(status.sinceNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(to(penstock, "http://a.test/")).isEqualTo("shop");

        labels.set(List.of(route("a", A, "shop")), List.of(service("shop")));
        assertThat(penstock.catalogs().get(0).state()).isEqualTo(CatalogStatus.State.READY);
        assertThat(penstock.catalogs().get(0).sinceNanos())
                .isEqualTo(Duration.ofSeconds(10).toNanos());
    }

    @Test
    void routeOfTheFileWithAHost_keepsItsRequests_whateverALabelSays() {
        Penstock penstock = following(builder()
                .service(service("file"))
                .route(A, "file")
                .route(Match.ALL.withHost("*.b.test").withPath(new PathMatch.Prefix("/api")), "file"));
        labels.set(
                List.of(
                        route("same", A, 1_000, "label"),
                        route("narrower", A.withPath(new PathMatch.Exact("/x")), 1_000, "label"),
                        route("beside", Match.ALL.withHost("x.b.test"), 1_000, "label"),
                        route("wider", Match.ALL.withPath(new PathMatch.Prefix("/x")), 1_000, "label")),
                List.of(service("label")));

        assertThat(to(penstock, "http://a.test/")).isEqualTo("file");
        assertThat(to(penstock, "http://a.test/x")).isEqualTo("file");
        assertThat(to(penstock, "http://x.b.test/api/1")).isEqualTo("file");
        assertThat(to(penstock, "http://x.b.test/")).isEqualTo("label");
        assertThat(to(penstock, "http://c.test/x")).isEqualTo("label");
        assertThat(rejected(penstock))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("route same: its requests go to route \"file "),
                        line -> assertThat(line).startsWith("route narrower: its requests go to route \"file "));
    }

    @Test
    void catchAllOfTheFile_isAskedLast_butNotAfterOneAsWide() {
        Penstock penstock = following(builder()
                .listener(ListenerSpec.of("web", "127.0.0.1:0"))
                .service(service("file"))
                .route(Match.ALL.withPath(new PathMatch.Prefix("/")).withListeners(Set.of("web")), "file"));
        labels.set(List.of(route("a", A, "label"), route("all", Match.ALL, "label")), List.of(service("label")));

        var request = PlainRequest.get("http://a.test/").withListener("web");
        assertThat(penstock.explain(request).service()).isEqualTo("label");
        assertThat(penstock.explain(PlainRequest.get("http://c.test/").withListener("web"))
                        .service())
                .isEqualTo("file");
        assertThat(penstock.explain(PlainRequest.get("http://c.test/").withListener("other"))
                        .service())
                .isEqualTo("label");

        labels.set(List.of(route("web", Match.ALL.withListeners(Set.of("web")), "label")), List.of(service("label")));
        assertThat(rejected(penstock)).singleElement().asString().startsWith("route web: its requests go to route");
    }

    @Test
    void catchAllOfTheFileWithAPriority_isAskedFirst() {
        Penstock penstock =
                following(builder().service(service("file")).route(route("maintenance", Match.ALL, 1, "file")));
        labels.set(List.of(route("a", A, 9, "label")), List.of(service("label")));

        assertThat(to(penstock, "http://a.test/")).isEqualTo("file");
        assertThat(rejected(penstock)).hasSize(1);
    }

    @Test
    void allowHosts_holdsBeforeMerging_andAgainWhenItChanges() {
        var factory = new Factory();
        Penstock penstock = build(builder().catalog(factory));
        URI uri = URI.create("test://me:s3cret@host/x?token=s3cret");
        penstock.follow(List.of(new CatalogSource(uri, CatalogLimits.allowHosts("a.test", "*.b.test"))));
        factory.opened
                .get(0)
                .set(
                        List.of(
                                route("a", A, "s"),
                                route("b", Match.ALL.withHost("*.x.b.test"), "s"),
                                route("c", Match.ALL.withHost("b.test"), "s"),
                                route("d", Match.ALL.withHost("*.test"), "s"),
                                route("e", Match.ALL, "s")),
                        List.of(service("s")));

        assertThat(penstock.table().routes()).extracting(Route::name).containsExactlyInAnyOrder("a", "b");
        assertThat(rejected(penstock))
                .containsExactly(
                        "route c: host \"b.test\" (expected: within allowHosts, a.test, *.b.test)",
                        "route d: host \"*.test\" (expected: within allowHosts, a.test, *.b.test)",
                        "route e: host \"*\" (expected: within allowHosts, a.test, *.b.test)");
        assertThat(penstock.catalogs().get(0).source()).isEqualTo("test://host/x");

        penstock.follow(List.of(new CatalogSource(uri, CatalogLimits.allowHosts("b.test"))));
        assertThat(penstock.table().routes()).extracting(Route::name).containsExactly("c");
        assertThat(factory.opened).hasSize(1);
    }

    @Test
    void oneBadDefinition_neverRemovesTheOthers() {
        Penstock penstock = following(builder());
        labels.set(
                List.of(
                        route("good", A, "good"),
                        route("good", A.withHost("b.test"), "good"),
                        route("bad balancer", A, "bad"),
                        route("no service", A, "godo"),
                        route("no listener", A.withListeners(Set.of("wbe")), "good")),
                List.of(
                        service("good"),
                        service("good"),
                        service("bad").withBalancer("nope"),
                        service("uri").withDiscover(URI.create("nope:x"))));

        assertThat(to(penstock, "http://a.test/")).isEqualTo("good");
        assertThat(penstock.table().services()).hasSize(1);
        assertThat(rejected(penstock))
                .anyMatch(line -> line.equals("service good: given twice (expected: a name given once)"))
                .anyMatch(line -> line.startsWith("services.bad.balancer: \"nope\" (expected: one of "))
                .anyMatch(line -> line.startsWith("services.uri.discover: scheme \"nope\""))
                .anyMatch(line -> line.equals("route good: given twice (expected: a name given once)"))
                .anyMatch(line -> line.equals("route bad balancer: left out with its service \"bad\""))
                .anyMatch(line -> line.startsWith("route no service: service \"godo\" (expected: one of "))
                .anyMatch(line -> line.startsWith("route no listener: listener \"wbe\" (expected: "))
                .hasSize(7);
    }

    @Test
    void serviceOfTwoSources_isThatOfTheFirst_andTheRoutesOfTheOtherGoNowhereElse() {
        var more = new ManualCatalog("more", context);
        Penstock penstock = build(builder()
                .service(service("admin"))
                .catalog("labels", labels, CatalogLimits.none())
                .catalog("more", more, CatalogLimits.none()));
        more.set(List.of(route("m", Match.ALL.withHost("m.test"), "shop")), List.of(service("shop")));
        labels.set(
                List.of(route("a", A, "admin"), route("m", Match.ALL.withHost("l.test"), "shop")),
                List.of(service("admin"), service("shop")));

        assertThat(to(penstock, "http://a.test/")).isEmpty();
        assertThat(to(penstock, "http://m.test/")).isEmpty();
        assertThat(to(penstock, "http://l.test/")).isEqualTo("shop");
        assertThat(rejected(penstock))
                .containsExactly(
                        "service admin: the name is taken (expected: one that code does not define)",
                        "route a: left out with its service \"admin\"");
        assertThat(penstock.catalogs().get(1).rejected())
                .containsExactly(
                        "service shop: the name is taken (expected: one that labels does not define)",
                        "route m: left out with its service \"shop\"");

        labels.set(List.of(), List.of());
        assertThat(to(penstock, "http://m.test/")).isEqualTo("shop");
        assertThat(penstock.catalogs().get(1).rejected()).isEmpty();
    }

    @Test
    void routeOfTwoCatalogs_isThatOfTheFirst_andTwoOfOneNameBothCount() {
        var more = new ManualCatalog("more", context);
        Penstock penstock = build(
                builder().catalog("labels", labels, CatalogLimits.none()).catalog("more", more, CatalogLimits.none()));
        more.set(List.of(route("a", A, 9, "m"), route("b", Match.ALL.withHost("b.test"), "m")), List.of(service("m")));
        labels.set(List.of(route("b", A, "l")), List.of(service("l")));

        assertThat(to(penstock, "http://a.test/")).isEqualTo("l");
        assertThat(to(penstock, "http://b.test/")).isEqualTo("m");
        assertThat(penstock.table().routes()).extracting(Route::name).containsExactly("b", "b (more)");
        assertThat(penstock.catalogs().get(1).rejected())
                .containsExactly("route a: its requests go to route \"b\" of labels");
    }

    @Test
    void listenerOfACatalog_isTakenUnlessItsNameOrAddressIs() {
        Penstock penstock = build(builder()
                .listener(ListenerSpec.of("web", "127.0.0.1:8080"))
                .catalog(
                        "odd",
                        new Catalog() {
                            @Override
                            public Subscription watch(Consumer<CatalogState> observer) {
                                observer.accept(new CatalogState(
                                        "odd",
                                        List.of(
                                                ListenerSpec.of("web", ":9"),
                                                ListenerSpec.of("same", ":8080"),
                                                ListenerSpec.of("own", ":9090")),
                                        List.of(),
                                        List.of()));
                                return () -> {};
                            }

                            @Override
                            public void close() {}
                        },
                        CatalogLimits.none()));

        assertThat(penstock.table().listeners()).extracting(ListenerSpec::name).containsExactly("web", "own");
        assertThat(rejected(penstock))
                .containsExactly(
                        "listener web: the name is taken (expected: one that code does not define)",
                        "listener same: \"*:8080\" (expected: an address that is free; it is that of listener \"web\" of code)");
    }

    @Test
    void fileThatNamesAServiceOfACatalog_isRefused_forThatMayComeLaterOrGo() {
        Penstock penstock = following(builder());
        labels.set(List.of(), List.of(service("shop")));
        var state = new CatalogState("file", List.of(), List.of(route("r", A, "shop")), List.of());
        assertThatThrownBy(() -> penstock.apply(state)).isInstanceOf(CatalogException.class);
    }

    @Test
    void X10_catalogThatThrowsReturnsNullOrTellsRubbish_harmsNobody() {
        var broken = new Broken();
        Penstock penstock = build(builder()
                .catalog("broken", broken, CatalogLimits.none())
                .catalog("labels", labels, CatalogLimits.none()));
        labels.set(List.of(route("a", A, "shop")), List.of(service("shop")));

        assertThat(to(penstock, "http://a.test/")).isEqualTo("shop");
        CatalogStatus status = penstock.catalogs().get(0);
        assertThat(status.state()).isEqualTo(CatalogStatus.State.FAILED);
        assertThat(status.problem()).isEqualTo("cannot be opened: watch threw");
        assertThat(status.faults()).isPositive();

        broken.behaviour = observer -> null;
        time.advance(Duration.ofSeconds(2));
        assertThat(penstock.catalogs().get(0).problem()).isEqualTo("cannot be opened: watch() returned null");

        broken.behaviour = observer -> {
            observer.accept(null);
            return () -> {
                throw new IllegalStateException("close");
            };
        };
        time.advance(Duration.ofSeconds(20));
        status = penstock.catalogs().get(0);
        assertThat(status.revision()).isZero();
        assertThat(status.state()).isIn(CatalogStatus.State.PENDING, CatalogStatus.State.FAILED);
        assertThat(to(penstock, "http://a.test/")).isEqualTo("shop");
    }

    @Test
    void S10_catalogThatCannotBeOpened_isTriedAgainLaterAndLater() {
        List<Long> tried = new ArrayList<>();
        CatalogFactory failing = new CatalogFactory() {
            @Override
            public String scheme() {
                return "failing";
            }

            @Override
            public Catalog open(URI uri, DiscoveryContext context) {
                tried.add(time.nanos());
                throw new IllegalStateException("no");
            }
        };
        build(builder().catalog(failing).catalog(URI.create("failing:x"), CatalogLimits.none()));
        time.advance(Duration.ofMinutes(2));

        double full = 1;
        assertThat(tried).hasSizeGreaterThan(9);
        for (int i = 1; i < tried.size(); i++) {
            assertThat((tried.get(i) - tried.get(i - 1)) / 1e9).isBetween(0.75 * full - 1e-6, full + 1e-6);
            full = Math.min(15, full * 1.5);
        }
    }

    @Test
    void X10_catalogThatBlocks_holdsUpNobody() throws Exception {
        var release = new CountDownLatch(1);
        CatalogFactory blocking = new CatalogFactory() {
            @Override
            public String scheme() {
                return "blocking";
            }

            @Override
            public Catalog open(URI uri, DiscoveryContext context) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException("late");
            }
        };
        var told = new CountDownLatch(1);
        try (Penstock penstock = Penstock.builder()
                .discovery("manual", endpoints)
                .catalog(blocking)
                .catalog(URI.create("blocking:x"), CatalogLimits.none())
                .catalog("labels", labels, CatalogLimits.none())
                .build()) {
            penstock.onApplied(table -> {
                if (!table.routes().isEmpty()) {
                    told.countDown();
                }
            });
            labels.set(List.of(route("a", A, "shop")), List.of(service("shop")));
            assertThat(told.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            assertThat(to(penstock, "http://a.test/")).isEqualTo("shop");
        }
        release.countDown();
    }

    @Test
    void follow_staying_isNotOpenedAgain_goneIsClosedWithItsDefinitions() {
        var factory = new Factory();
        Penstock penstock = build(builder().catalog(factory));
        CatalogSource one = CatalogSource.of(URI.create("test://one"));
        CatalogSource two = CatalogSource.of(URI.create("test://two"));
        penstock.follow(List.of(one, two));
        factory.opened.get(0).set(List.of(route("a", A, "s1")), List.of(service("s1")));
        factory.opened.get(1).set(List.of(route("b", A, "s2")), List.of(service("s2")));
        assertThat(to(penstock, "http://a.test/")).isEqualTo("s1");

        penstock.follow(List.of(two, one)); // the order is the precedence
        assertThat(to(penstock, "http://a.test/")).isEqualTo("s2");
        assertThat(factory.opened).hasSize(2);

        penstock.follow(List.of(one));
        assertThat(to(penstock, "http://a.test/")).isEqualTo("s1");
        assertThat(factory.closed).containsExactly("test://two");
        assertThat(penstock.catalogs()).extracting(CatalogStatus::source).containsExactly("test://one");

        penstock.close();
        assertThat(factory.closed).containsExactly("test://two", "test://one");
        assertThatThrownBy(() -> penstock.follow(List.of(two))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void follow_whatCannotBeOpened_isRefusedWithEveryProblem() {
        Penstock penstock = build(builder().catalog(new Factory()));
        List<CatalogSource> sources = List.of(
                CatalogSource.of(URI.create("tset://x")),
                CatalogSource.of(URI.create("test://x?bad=s3cret")),
                CatalogSource.of(URI.create("test://y")),
                CatalogSource.of(URI.create("test://y")),
                CatalogSource.of(URI.create("relative")));

        assertThat(penstock.checkCatalogs(sources).stream().map(Object::toString))
                .containsExactly(
                        "catalogs[0].from: scheme \"tset\" (expected: one of test); did you mean \"test\"?",
                        "catalogs[1].from: \"test://x\": option bad (expected: none)",
                        "catalogs[3].from: \"test://y\" (expected: a catalog given once)",
                        "catalogs[4].from: \"relative\" (expected: a URI with a scheme, as in docker://)");
        assertThatThrownBy(() -> penstock.follow(sources)).isInstanceOf(CatalogException.class);
        assertThat(penstock.catalogs()).isEmpty();
        assertThatThrownBy(() -> builder()
                        .catalog(URI.create("nope:x"), CatalogLimits.none())
                        .build())
                .isInstanceOf(CatalogException.class);
    }

    @Test
    void build_nameOrSchemeTwice_isRefused() {
        assertThatThrownBy(() ->
                        builder().catalog("x", labels, CatalogLimits.none()).catalog("x", labels, CatalogLimits.none()))
                .hasMessage("catalog: \"x\" (expected: a name given once)");
        assertThatThrownBy(() ->
                        builder().catalog(new Factory()).catalog(new Factory()).build())
                .hasMessage("scheme: \"test\" (expected: registered once)");
    }

    @Test
    void lentCatalog_staysOpen() {
        Penstock penstock = following(builder());
        penstock.close();
        var again = build(builder().catalog("labels", labels, CatalogLimits.none()));
        labels.set(List.of(route("a", A, "shop")), List.of(service("shop")));
        assertThat(to(again, "http://a.test/")).isEqualTo("shop");
    }

    /** Opens manual catalogs. */
    private static final class Factory implements CatalogFactory {
        private final List<ManualCatalog> opened = new ArrayList<>();
        private final List<String> closed = new ArrayList<>();

        @Override
        public String scheme() {
            return "test";
        }

        @Override
        public void check(URI uri) {
            if (uri.getQuery() != null && uri.getQuery().startsWith("bad")) {
                throw new IllegalArgumentException("option bad (expected: none)");
            }
        }

        @Override
        public Catalog open(URI uri, DiscoveryContext given) {
            var manual = new ManualCatalog(uri.toString(), given);
            opened.add(manual);
            return new Catalog() {
                @Override
                public Subscription watch(Consumer<CatalogState> observer) {
                    return manual.watch(observer);
                }

                @Override
                public CatalogReport report() {
                    return manual.report();
                }

                @Override
                public void close() {
                    closed.add(uri.toString());
                    manual.close();
                }
            };
        }
    }

    /** Does what it is told to. */
    private static final class Broken implements Catalog {
        private java.util.function.Function<Consumer<CatalogState>, Subscription> behaviour = observer -> {
            throw new IllegalStateException("watch threw");
        };

        @Override
        public Subscription watch(Consumer<CatalogState> observer) {
            return behaviour.apply(observer);
        }

        @Override
        public CatalogReport report() {
            throw new IllegalStateException("report");
        }

        @Override
        public void close() {
            throw new AssertionError("close");
        }
    }
}
