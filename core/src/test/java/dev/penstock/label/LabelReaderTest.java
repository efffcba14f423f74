package dev.penstock.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.ValueMatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelReaderTest {
    private static final Match A = Match.ALL.withHost("a.test");

    private static Labelled read(String... labels) {
        return LabelReader.defaults().read(thing(labels));
    }

    private static LabelledThing thing(String... labels) {
        Map<String, String> map = new HashMap<>();
        for (String label : labels) {
            int equals = label.indexOf('=');
            map.put(label.substring(0, equals), label.substring(equals + 1));
        }
        return new LabelledThing("container shop-web-1", "web", map);
    }

    private static LabelService service(String name, int port, int weight) {
        return new LabelService(name, port, weight, "", true);
    }

    @Test
    void thingWithoutLabels_claimsNothing() {
        Labelled labelled = read("com.docker.compose.project=shop");
        assertThat(labelled).isEqualTo(new Labelled(true, List.of(), List.of(), List.of()));
    }

    @ParameterizedTest
    @CsvSource({"penstock.enable, false, false", "traefik.enable, 0, false", "TRAEFIK.Enable, True, true"})
    void enable_saysWhetherTheThingIsRead(String key, String value, boolean enabled) {
        Labelled labelled = read(key + "=" + value, "penstock.host=a.test");
        assertThat(labelled.enabled()).isEqualTo(enabled);
        assertThat(labelled.routes()).hasSize(enabled ? 1 : 0);
        assertThat(labelled.problems()).isEmpty();
    }

    @Test
    void enable_ofOurOwn_winsOverTraefiks_andWhatCannotBeUnderstoodIsOff() {
        assertThat(read("penstock.enable=true", "traefik.enable=false").enabled())
                .isTrue();
        Labelled odd = read("penstock.enable=maybe");
        assertThat(odd.enabled()).isFalse();
        assertThat(odd.problems())
                .containsExactly("container shop-web-1: penstock.enable: \"maybe\" (expected: true or false)");
    }

    @Test
    void own_oneRouteOfOneService() {
        Labelled labelled = read(
                "penstock.host=A.test, *.b.test,",
                "penstock.path=/api",
                "penstock.methods=GET,POST",
                "penstock.headers.X-Beta=yes, 1",
                "penstock.query.Debug=",
                "penstock.listeners=web",
                "penstock.priority=7",
                "penstock.service=shop",
                "penstock.port=8080",
                "penstock.weight=3",
                "penstock.balancer=p2c",
                "penstock.hostHeader=endpoint");

        Match match = A.withPath(new PathMatch.Prefix("/api"))
                .withMethods(Set.of("GET", "POST"))
                .withHeaders(List.of(new ValueMatch("X-Beta", Set.of("yes", "1"))))
                .withQuery(List.of(new ValueMatch("Debug", Set.of())))
                .withListeners(Set.of("web"));
        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.routes())
                .containsExactly(
                        new LabelRoute("shop", match, 7, "shop"),
                        new LabelRoute("shop #2", match.withHost("*.b.test"), 7, "shop"));
        assertThat(labelled.services()).containsExactly(new LabelService("shop", 8080, 3, "p2c", false));
    }

    @Test
    void own_shadow_isTheServices() {
        Labelled labelled = read("penstock.host=a.test", "penstock.shadow=p2c", "penstock.services.b.shadow=first");

        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.services()).extracting(LabelService::shadow).containsExactly("p2c", "first");
    }

    @Test
    void own_attempts_areTheServices() {
        Labelled labelled = read("penstock.host=a.test", "penstock.attempts=5");
        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.services().get(0).retry()).isEqualTo(new LabelRetry(5, Duration.ZERO));
        assertThat(read("penstock.host=a.test", "penstock.attempts=11").problems())
                .singleElement()
                .asString()
                .endsWith("penstock.attempts: \"11\" (expected: a whole number in 1..10)");
    }

    @ParameterizedTest
    @CsvSource({"100ms, 100", "2, 2000", "3s, 3000", "1m, 60000"})
    void traefik_retry_isThatOfTheService(String interval, long millis) {
        Labelled labelled = read(
                "traefik.http.routers.a.rule=Host(`a.test`)",
                "traefik.http.routers.a.middlewares=again@docker",
                "traefik.http.middlewares.again.retry.attempts=4",
                "traefik.http.middlewares.again.retry.initialInterval=" + interval);
        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.routes()).hasSize(1);
        assertThat(labelled.services().get(0).retry()).isEqualTo(new LabelRetry(4, Duration.ofMillis(millis)));
    }

    @Test
    void traefik_retryThatCannotBeRead_isReported_andTheRouteGoesWithout() {
        Labelled labelled = read(
                "traefik.http.routers.a.rule=Host(`a.test`)",
                "traefik.http.routers.a.middlewares=again",
                "traefik.http.middlewares.again.retry.attempts=99");
        assertThat(labelled.routes()).hasSize(1);
        assertThat(labelled.services().get(0).retry()).isEqualTo(LabelRetry.UNSAID);
        assertThat(labelled.problems())
                .anyMatch(problem -> problem.contains("retry.attempts: \"99\" (expected: a whole number in 1..10)"))
                .anyMatch(problem -> problem.endsWith("again: not supported yet; the route goes without"));
    }

    @Test
    void traefik_routesWithDifferentRetries_theFirstCounts() {
        Labelled labelled = read(
                "traefik.http.routers.a.rule=Host(`a.test`)",
                "traefik.http.routers.a.middlewares=four",
                "traefik.http.routers.b.rule=Host(`b.test`)",
                "traefik.http.routers.b.middlewares=two",
                "traefik.http.middlewares.four.retry.attempts=4",
                "traefik.http.middlewares.two.retry.attempts=2");
        assertThat(labelled.services().get(0).retry().attempts()).isEqualTo(4);
        assertThat(labelled.problems())
                .singleElement()
                .asString()
                .contains("other retries than another route of the same service");
    }

    @Test
    void own_severalRoutesAndServices() {
        Labelled labelled = read(
                "penstock.routes.site.host=a.test",
                "penstock.routes.admin.path.exact=/admin",
                "penstock.routes.admin.service=admin",
                "penstock.services.admin.port=9000");

        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.routes())
                .containsExactly(
                        new LabelRoute("admin", Match.ALL.withPath(new PathMatch.Exact("/admin")), 0, "admin"),
                        new LabelRoute("site", A, 0, "web"));
        assertThat(labelled.services()).containsExactly(service("admin", 9000, 1), service("web", 0, 1));
        assertThat(labelled.service("admin")).contains(service("admin", 9000, 1));
    }

    @Test
    void own_settingsWithoutCondition_areAServiceWithoutRoutes() {
        Labelled labelled = read("penstock.port=8080");
        assertThat(labelled.routes()).isEmpty();
        assertThat(labelled.services()).containsExactly(service("web", 8080, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "penstock.port | 80a | \"80a\" (expected: a whole number in 1..65535)",
                "penstock.port | 65536 | \"65536\" (expected: a whole number in 1..65535)",
                "penstock.weight | -1 | \"-1\" (expected: a whole number in 0..1000000)",
                "penstock.priority | high | \"high\" (expected: a whole number in -1000000..1000000)",
                "penstock.path | api | \"api\" (expected: one path that begins with /, without query and fragment)",
                "penstock.methods | get | \"get\" (expected: methods in upper case, as in GET)",
                "penstock.hostheader | mine | \"mine\" (expected: keep or endpoint)",
                "penstock.service | a b | \"a b\" (expected: 1 to 255 letters, digits or punctuation, no blank)",
                "penstock.prot | 80 | unknown key \"prot\" (expected: one of"
            })
    void own_malformed_leavesTheEntryOutWithOneSentence(String key, String value, String problem) {
        Labelled labelled = read(
                key + "=" + value,
                "penstock.host=a.test",
                "penstock.routes.other.host=b.test",
                "penstock.routes.other.service=else");

        assertThat(labelled.problems())
                .singleElement()
                .asString()
                .startsWith("container shop-web-1: " + key + ": " + problem);
        assertThat(labelled.routes()).extracting(LabelRoute::name).containsExactly("other");
    }

    @Test
    void own_routeThatCannotBeUnderstood_leavesTheOthersAlone() {
        Labelled labelled = read(
                "penstock.host=a.test",
                "penstock.routes.x.host=b.test:80",
                "penstock.routes.y.service=web",
                "penstock.routes.z.host=c.test",
                "penstock.routes.z.service=bad",
                "penstock.services.bad.port=0");

        assertThat(labelled.routes()).extracting(LabelRoute::name).containsExactly("web");
        assertThat(labelled.problems())
                .containsExactly(
                        "container shop-web-1: penstock.services.bad.port: \"0\" (expected: a whole number in"
                                + " 1..65535)",
                        "container shop-web-1: penstock.routes.x.host: \"b.test:80\" (expected: hosts without port, as"
                                + " in www.example.com or *.example.com)",
                        "container shop-web-1: penstock.routes.y: missing (expected: a condition: host, path, methods,"
                                + " headers or query)",
                        "container shop-web-1: penstock.routes.z: left out with its service \"bad\"");
    }

    @Test
    void traefik_routerAndService_linkedThoughNeitherSaysSo() {
        Labelled labelled = read(
                "traefik.enable=true",
                "Traefik.HTTP.Routers.Shop.Rule=Host(`a.test`) && PathPrefix(`/api`)",
                "traefik.http.routers.shop.entryPoints=web",
                "traefik.http.services.shop-svc.loadbalancer.server.port=8080",
                "traefik.http.services.shop-svc.loadBalancer.server.weight=2",
                "traefik.http.services.shop-svc.loadbalancer.server.scheme=http",
                "traefik.http.services.shop-svc.loadbalancer.passHostHeader=false",
                "traefik.http.services.shop-svc.loadbalancer.strategy=p2c");

        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.routes())
                .containsExactly(new LabelRoute(
                        "shop",
                        A.withPath(new PathMatch.Prefix("/api")).withListeners(Set.of("web")),
                        "Host(`a.test`) && PathPrefix(`/api`)".length(),
                        "shop-svc"));
        assertThat(labelled.services()).containsExactly(new LabelService("shop-svc", 8080, 2, "p2c", false));
    }

    @Test
    void traefik_noService_isTheThingsOwn_andTheLongerRuleIsAskedFirst() {
        Labelled labelled = read(
                "traefik.http.routers.a.rule=Host(`a.test`) || Host(`b.test`)",
                "traefik.http.routers.b.rule=Host(`a.test`)",
                "traefik.http.routers.b.priority=1000");

        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.routes())
                .containsExactly(
                        new LabelRoute("a", A, 32, "web"),
                        new LabelRoute("a #2", Match.ALL.withHost("b.test"), 32, "web"),
                        new LabelRoute("b", A, 1000, "web"));
        assertThat(labelled.services()).containsExactly(service("web", 0, 1));
    }

    @Test
    void traefik_serviceByName_alsoOfAnotherThing_notOfAFile() {
        Labelled labelled = read(
                "traefik.http.routers.a.rule=Host(`a.test`)",
                "traefik.http.routers.a.service=other@docker",
                "traefik.http.routers.b.rule=Host(`b.test`)",
                "traefik.http.routers.b.service=api@internal",
                "traefik.http.services.one.loadbalancer.server.port=1",
                "traefik.http.services.two.loadbalancer.server.port=2",
                "traefik.http.routers.c.rule=Host(`c.test`)");

        assertThat(labelled.routes()).extracting(LabelRoute::service).containsExactly("other");
        assertThat(labelled.problems())
                .containsExactly(
                        "container shop-web-1: traefik.http.routers.b.service: \"api@internal\" (expected: a service"
                                + " that labels define)",
                        "container shop-web-1: traefik.http.routers.c.service: missing (expected: one of one, two)");
    }

    @Test
    void traefik_whatIsNotSupportedYet_isReportedOncePerFeature_andGoneWithout() {
        Labelled labelled = read(
                "traefik.http.routers.a.rule=Host(`a.test`)",
                "traefik.http.routers.a.tls=true",
                "traefik.http.routers.a.tls.certresolver=le",
                "traefik.http.routers.a.middlewares=strip,gzip@docker",
                "traefik.http.middlewares.strip.stripprefixregex.regex=/a",
                "traefik.http.middlewares.gzip.errors.status=500",
                "traefik.http.services.s.loadbalancer.server.port=80",
                "traefik.http.services.s.loadbalancer.serverstransport=mine",
                "traefik.tcp.routers.t.rule=HostSNI(`*`)",
                "traefik.docker.network=proxy");

        assertThat(labelled.routes()).containsExactly(new LabelRoute("a", A.withSchemes(Set.of("https")), 14, "s"));
        assertThat(labelled.services()).containsExactly(service("s", 80, 1));
        assertThat(labelled.problems())
                .containsExactly(
                        "container shop-web-1: traefik.tcp.routers.t.rule: routers and services of tcp are not"
                                + " supported yet",
                        "container shop-web-1: traefik.http.services.s.loadbalancer.serverstransport: a servers"
                                + " transport is not supported yet; goes without",
                        "container shop-web-1: traefik.http.middlewares.gzip.errors.status: middleware \"errors\" is"
                                + " not supported yet",
                        "container shop-web-1: traefik.http.middlewares.strip.stripprefixregex.regex: middleware"
                                + " \"stripprefixregex\" is not supported yet",
                        "container shop-web-1: traefik.http.routers.a.tls.certresolver: to get certificates on demand is"
                                + " not supported yet; goes without",
                        "container shop-web-1: traefik.http.routers.a.middlewares: strip, gzip@docker: not supported"
                                + " yet; the route goes without");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sticky.cookie=true; sticky(cookie=_73)/round_robin",
                "sticky.cookie.name=lb; sticky(cookie=lb)/round_robin",
                "sticky.cookie.name=lb|strategy=p2c; sticky(cookie=lb)/p2c",
                "sticky.cookie.name=lb|sticky.cookie.secure=false; sticky(cookie=lb, secure=no)/round_robin",
                "sticky.cookie=false|sticky.cookie.name=lb; ''",
                "sticky.cookie.name=lb|sticky.cookie.maxage=60|sticky.cookie.path=/a|sticky.cookie.samesite=Strict"
                        + "|sticky.cookie.secure=true|sticky.cookie.httponly=true;"
                        + " sticky(cookie=lb, max_age_s=60, path=/a, same_site=strict, secure=yes)/round_robin"
            })
    void traefik_stickyCookie_isTheBalancerSticky(String labels, String balancer) {
        Labelled labelled = read(("server.port=80|" + labels)
                .lines()
                .flatMap(line -> Stream.of(line.split("[|]")))
                .map(label -> "traefik.http.services.s.loadbalancer." + label)
                .toArray(String[]::new));
        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.services()).map(LabelService::balancer).containsExactly(balancer);
        if (!balancer.isEmpty()) {
            BalancerRegistry.builtIn().check(balancer);
        }
    }

    @Test
    void traefik_stickyCookie_thatCannotBe_isReported() {
        Labelled labelled = read(
                "traefik.http.services.s.loadbalancer.server.port=80",
                "traefik.http.services.s.loadbalancer.sticky.cookie.name=lb",
                "traefik.http.services.s.loadbalancer.sticky.cookie.domain=example.com",
                "traefik.http.services.s.loadbalancer.sticky.cookie.httponly=false",
                "traefik.http.services.s.loadbalancer.sticky.cookie.samesite=none");
        assertThat(labelled.services()).map(LabelService::balancer).containsExactly("sticky(cookie=lb)/round_robin");
        assertThat(labelled.problems())
                .hasSize(3)
                .allMatch(problem -> problem.endsWith("not supported yet; goes without"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth | auth",
                "chain | chain",
                "elsewhere@file | elsewhere@file",
                "unknown | unknown",
                "strip,allow | allow"
            })
    void traefik_middlewareThatMayKeepRequestsOut_leavesTheRouteOut(String asked, String guard) {
        Labelled labelled = read(
                "traefik.http.routers.a.rule=Host(`a.test`)",
                "traefik.http.routers.a.middlewares=" + asked,
                "traefik.http.middlewares.strip.stripprefix.prefixes=/a",
                "traefik.http.middlewares.allow.ipallowlist.sourcerange=10.0.0.0/8",
                "traefik.http.middlewares.allow.ipallowlist.ipstrategy.depth=2",
                "traefik.http.middlewares.auth.basicauth.users=admin:s3cret",
                "traefik.http.middlewares.chain.chain.middlewares=strip,auth");

        assertThat(labelled.routes()).isEmpty();
        assertThat(labelled.problems())
                .anyMatch(problem -> problem.contains("\"" + guard + "\" is not supported yet, or not defined here"))
                .noneMatch(problem -> problem.contains("s3cret"));
    }

    @Test
    void traefik_chainOfHarmlessOnes_isGoneWithout_andACycleIsNot() {
        assertThat(read(
                                "traefik.http.routers.a.rule=Host(`a.test`)",
                                "traefik.http.routers.a.middlewares=c",
                                "traefik.http.middlewares.c.chain.middlewares=strip",
                                "traefik.http.middlewares.strip.stripprefix.prefixes=/a")
                        .routes())
                .hasSize(1);
        assertThat(read(
                                "traefik.http.routers.a.rule=Host(`a.test`)",
                                "traefik.http.routers.a.middlewares=c",
                                "traefik.http.middlewares.c.chain.middlewares=c")
                        .routes())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "routers.a.rule | Host(`x | at 6: a quote without an end",
                "routers.a.priority | 1.5 | (expected: a whole number",
                "routers.a.ruel | x | unknown key \"ruel\"",
                "routers.a.rulesyntax | v9 | (expected: v2 or v3)",
                "services.s.loadbalancer.server.port | http | (expected: a whole number in 1..65535)",
                "services.s.loadbalancer.server.scheme | h2c | (expected: http or https; no other scheme is supported yet)",
                "routers.a.tls | perhaps | (expected: true or false)",
                "routers.a.tls.options | mtls@file | (expected: default; others are not supported yet",
                "services.s.loadbalancer.server.url | http://x | unknown key \"url\"",
                "services.s.weighted.services | x | not understood (expected: loadbalancer and its settings)"
            })
    void traefik_malformed_leavesTheEntryOutWithASentence(String key, String value, String problem) {
        Map<String, String> labels = new HashMap<>(Map.of(
                "traefik.http.routers.a.rule", "Host(`a.test`)",
                "traefik.http.routers.a.service", "s",
                "traefik.http.routers.b.rule", "Host(`b.test`)",
                "traefik.http.routers.b.service", "t",
                "traefik.http.services.t.loadbalancer.server.port", "80"));
        labels.put("traefik.http." + key, value);

        Labelled labelled = LabelReader.defaults().read(new LabelledThing("x", "web", labels));

        assertThat(labelled.problems().get(0))
                .startsWith("x: traefik.http." + key + ": ")
                .contains(problem);
        assertThat(labelled.routes()).extracting(LabelRoute::name).containsExactly("b");
    }

    @Test
    void traefik_routerWithoutRule_isReported() {
        assertThat(read("traefik.http.routers.a.entrypoints=web").problems())
                .containsExactly("container shop-web-1: traefik.http.routers.a.rule: missing (expected: a rule as in"
                        + " Host(`www.example.com`))");
    }

    @Test
    void entryPoints_areListenersUnderAnotherName() {
        LabelReader reader = LabelReader.defaults().withEntryPoints(Map.of("web", "http", "any", ""));
        String rule = "traefik.http.routers.a.rule=Host(`a.test`)";
        String key = "traefik.http.routers.a.entrypoints=";

        assertThat(reader.read(thing(rule, key + "web")).routes().get(0).match().listeners())
                .containsExactly("http");
        assertThat(reader.read(thing(rule, key + "any,web"))
                        .routes()
                        .get(0)
                        .match()
                        .listeners())
                .isEmpty();
        Labelled unknown = reader.read(thing(rule, key + "websecure"));
        assertThat(unknown.routes()).isEmpty();
        assertThat(unknown.problems())
                .containsExactly(
                        "container shop-web-1: traefik.http.routers.a.entrypoints: \"websecure\" (expected: some"
                                + " of any, web)");
    }

    @Test
    void keysOfAnEarlierTraefik_areReported() {
        assertThat(read("traefik.frontend.rule=Host:a.test", "traefik.frontend.priority=1")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("container shop-web-1: traefik.frontend.priority: \"frontend\" (expected: one of ");
    }

    @Test
    void tags_areLabels() {
        LabelledThing thing = LabelledThing.ofTags(
                "service web", "web", List.of("v2", "penstock.host=a.test", "penstock.host=b.test", "=x"));
        assertThat(LabelReader.defaults().read(thing).routes()).containsExactly(new LabelRoute("web", A, 0, "web"));
    }

    @Test
    void hugeAndOddInput_isBoundedAndShownInOneLine() {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            labels.put("penstock.routes.r" + i + ".host", "a b\n" + "x".repeat(1_000));
        }
        Labelled labelled = LabelReader.defaults().read(new LabelledThing("x\ny", "web", labels));

        assertThat(labelled.routes()).isEmpty();
        assertThat(labelled.problems())
                .hasSize(100)
                .allMatch(
                        problem -> problem.length() < 600 && problem.startsWith("x y: ") && problem.indexOf('\n') < 0);
        assertThat(labelled.problems().get(0)).contains("2000 more were not read");
    }
}
