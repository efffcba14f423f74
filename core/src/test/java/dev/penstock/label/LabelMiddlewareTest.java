package dev.penstock.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.middleware.Middleware;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelMiddlewareTest {
    private static final String HASH = "pbkdf2_sha256$1000$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=";

    private static Labelled read(String... labels) {
        Map<String, String> all = new TreeMap<>();
        for (String label : labels) {
            int equals = label.indexOf('=');
            all.put(label.substring(0, equals), label.substring(equals + 1));
        }
        return LabelReader.defaults().read(new LabelledThing("thing", "web", all));
    }

    private static Labelled traefik(String asked, String... middlewares) {
        var labels = new String[middlewares.length + 2];
        labels[0] = "traefik.http.routers.a.rule=Host(`a.test`)";
        labels[1] = "traefik.http.routers.a.middlewares=" + asked;
        for (int i = 0; i < middlewares.length; i++) {
            labels[i + 2] = "traefik.http.middlewares." + middlewares[i];
        }
        return read(labels);
    }

    private static List<String> texts(Labelled labelled) {
        return labelled.routes().get(0).middleware().stream()
                .map(Middleware::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m.stripprefix.prefixes=/a,/b | strip /a, /b",
                "m.addprefix.prefix=/v1 | add prefix /v1",
                "m.replacepath.path=/x | replace path by /x",
                "m.compress=true | compress from 1024 bytes",
                "m.compress.minresponsebodybytes=10 | compress from 10 bytes",
                "m.ipallowlist.sourcerange=10.0.0.0/8, ::1 | addresses, allow [10.0.0.0/8, ::1]",
                "m.ipwhitelist.sourcerange=127.0.0.1 | addresses, allow [127.0.0.1]",
                "m.redirectscheme.scheme=https | redirect 307 to https://*/*",
                "m.ratelimit.average=100 | rate 100 in 1000 ms, 1 at once, by address",
                "m.inflightreq.amount=10 | in flight up to 10",
                "m.buffering.maxrequestbodybytes=1000 | body up to 1000 bytes",
                "m.headers.customrequestheaders.X-Team=blue | request headers, set x-team",
                "m.headers.customresponseheaders.Server= | answer headers, remove server"
            })
    void traefik_middlewareWithAMeaning_isUsed(String label, String text) {
        Labelled labelled = traefik("m", label);

        assertThat(labelled.problems()).isEmpty();
        assertThat(texts(labelled)).containsExactly(text);
    }

    @Test
    void traefik_middlewares_keepTheOrderOfTheRouter_alsoThroughChains() {
        Labelled labelled = traefik(
                "c,last@docker",
                "c.chain.middlewares=two,one",
                "one.stripprefix.prefixes=/one",
                "two.stripprefix.prefixes=/two",
                "last.addprefix.prefix=/last");

        assertThat(labelled.problems()).isEmpty();
        assertThat(texts(labelled)).containsExactly("strip /two", "strip /one", "add prefix /last");
    }

    @Test
    void traefik_basicAuth_isReadIfItsHashesAre() {
        assertThat(texts(traefik("m", "m.basicauth.users=ann:" + HASH + ",bob:" + HASH)))
                .containsExactly("basic authentication, 2 users");
    }

    @Test
    void traefik_fileOfUsers_leavesTheRouteOut_alsoBesideUsers_forLabelsNameNoFileOfTheGateway() {
        for (String users : List.of("m.basicauth.realm=staff", "m.basicauth.users=ann:" + HASH)) {
            Labelled labelled = traefik("m", "m.basicauth.usersfile=/run/c3ecret", users);

            assertThat(labelled.routes()).isEmpty();
            assertThat(labelled.problems())
                    .noneMatch(problem -> problem.contains("c3ecret") || problem.contains("unknown"))
                    .anyMatch(problem -> problem.contains("basicauth.usersfile")
                            && problem.contains("named in its own configuration only"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m.basicauth.users=ann:$2y$05$c3ecret",
                "m.basicauth.users=ann:{SHA}c3ecret",
                "m.basicauth.usersfile=/run/c3ecret",
                "m.ipallowlist.sourcerange=nonsense",
                "m.ipallowlist.ipstrategy.depth=1",
                "m.forwardauth.address=http://a"
            })
    void traefik_guardThatCannotBeRead_leavesTheRouteOut_andShowsNoSecret(String label) {
        Labelled labelled = traefik("m", label);

        assertThat(labelled.routes()).isEmpty();
        assertThat(labelled.problems()).isNotEmpty().noneMatch(problem -> problem.contains("c3ecret"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m.stripprefix.prefixes=a",
                "m.ratelimit.sourcecriterion.ipstrategy.depth=1",
                "m.headers.customrequestheaders.Transfer-Encoding=chunked",
                "m.redirectscheme.scheme=ftp",
                "m.replacepath.path=/a/../b"
            })
    void traefik_changeThatCannotBeRead_isGoneWithout_andReported(String label) {
        Labelled labelled = traefik("m", label);

        assertThat(labelled.routes()).hasSize(1);
        assertThat(texts(labelled)).isEmpty();
        assertThat(labelled.problems()).isNotEmpty();
    }

    @Test
    void own_labels_giveARouteItsPieces_inAFixedOrder() {
        Labelled labelled = read(
                "penstock.host=a.test",
                "penstock.stripPrefix=/api",
                "penstock.allow=10.0.0.0/8",
                "penstock.deny=10.1.0.0/16",
                "penstock.rate=100/m",
                "penstock.inflight=5",
                "penstock.body=1000",
                "penstock.https=true",
                "penstock.addprefix=/v1",
                "penstock.request.headers.X-Team=blue",
                "penstock.answer.headers.Server=",
                "penstock.compress=true");

        assertThat(labelled.problems()).isEmpty();
        assertThat(texts(labelled))
                .containsExactly(
                        "redirect 308 to https://*/*",
                        "addresses, allow [10.0.0.0/8], deny [10.1.0.0/16]",
                        "rate 100 in 60000 ms, 100 at once, by address",
                        "in flight up to 5",
                        "body up to 1000 bytes",
                        "strip /api",
                        "add prefix /v1",
                        "request headers, set x-team",
                        "answer headers, remove server",
                        "compress from 256 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "allow=x",
        "rate=5",
        "rate=0/s",
        "inflight=0",
        "body=-1",
        "stripprefix=a",
        "request.headers.Host=x",
        "compress=x"
    })
    void own_pieceThatCannotBeRead_leavesTheRouteOut(String label) {
        Labelled labelled = read("penstock.host=a.test", "penstock." + label);

        assertThat(labelled.routes()).isEmpty();
        assertThat(labelled.problems()).isNotEmpty();
    }
}
