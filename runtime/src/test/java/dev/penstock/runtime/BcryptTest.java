package dev.penstock.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.ConfigurationException;
import dev.penstock.label.LabelReader;
import dev.penstock.label.LabelledThing;
import dev.penstock.middleware.PasswordHash;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords as Apache's htpasswd and users of Traefik have them. The hashes were made by glibc's crypt. */
class BcryptTest {
    private static final String HASH = "$2y$05$saltsaltsaltsaltsaltse4kA2isQqvtsOWjUdVwT0P5YMJUrcwGW";

    @ParameterizedTest
    @CsvSource({
        "open sesame, $2a$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy",
        "open sesame, $2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy",
        "open sesame, $2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy",
        "größe, $2a$04$abcdefghijklmnopqrstuu1v0B5ok1kxAry9VJ2cvgfLh58RW0RRW",
        "größe, $2b$04$abcdefghijklmnopqrstuu1v0B5ok1kxAry9VJ2cvgfLh58RW0RRW",
        "größe, $2y$04$abcdefghijklmnopqrstuu1v0B5ok1kxAry9VJ2cvgfLh58RW0RRW"
    })
    void hash_tellsItsPasswordFromOthers(String password, String hash) {
        assertThat(PasswordHash.parse(hash).matches(password)).isTrue();
        assertThat(PasswordHash.parse(hash).matches(password.substring(1))).isFalse();
        assertThat(PasswordHash.parse(hash).matches("")).isFalse();
    }

    @Test
    void hash_isReadByAnyThread_alsoWhereItsClassLoaderSeesNothing() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertThat(PasswordHash.parse(HASH).matches("open sesame")).isTrue();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void longPassword_isHeededUpToItsFirst72Bytes() {
        var hash = PasswordHash.parse("$2y$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i");

        assertThat(hash.matches("x".repeat(80))).isTrue();
        assertThat(hash.matches("x".repeat(72))).isTrue();
        assertThat(hash.matches("x".repeat(71))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2y$03$saltsaltsaltsaltsaltse4kA2isQqvtsOWjUdVwT0P5YMJUrcwGW",
                "$2y$13$saltsaltsaltsaltsaltse4kA2isQqvtsOWjUdVwT0P5YMJUrcwGW",
                "$2x$05$saltsaltsaltsaltsaltse4kA2isQqvtsOWjUdVwT0P5YMJUrcwGW",
                "$2y$05$saltsaltsaltsaltsaltse4kA2isQqvtsOWjUdVwT0P5YMJUrcwG"
            })
    void hashOutOfBounds_isRefused_andNotShown(String hash) {
        assertThatThrownBy(() -> PasswordHash.parse(hash))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("a hash by bcrypt( of cost (3|13))? \\(expected: pbkdf2_sha256\\$.*")
                .hasMessageEndingWith("or bcrypt's $2y$COST$..., cost in 04..12)")
                .hasMessageNotContaining("salts");
    }

    private static RawResponse get(GatewayRuntime runtime, String credentials) throws IOException {
        String address = runtime.address("web");
        String encoded = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        try (var client = RawClient.connect(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))) {
            return client.exchange("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic " + encoded + "\r\n\r\n");
        }
    }

    private static String configuration(String backend, String hash) {
        return String.format(Locale.ROOT, """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes:
                  - service: site
                    middleware:
                      - basicAuth: {users: {ann: "%s"}}
                services: {site: {endpoints: [%s]}}
                """, hash, backend);
    }

    @Test
    void hashInTheFile_letsItsUserIn_andNobodyElse() throws Exception {
        try (var backend = EchoBackend.start("one");
                var runtime = GatewayRuntime.start(
                        GatewayRuntime.reader().read("test.yaml", configuration(backend.address(), HASH)))) {
            for (int i = 0; i < 2; i++) { // the second time it is known
                assertThat(get(runtime, "ann:open sesame").status()).isEqualTo(200);
                assertThat(get(runtime, "ann:open").status()).isEqualTo(401);
                assertThat(get(runtime, "bob:open sesame").status()).isEqualTo(401);
            }
            assertThat(backend.requests()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "$apr1$salt$l9UgLIqwmTWOjHmjM3ep91, a hash by MD5",
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=, a hash by SHA-1",
        "$6$salt$l9UgLIqwmTWOjHmjM3ep91, a hash by crypt's SHA",
        "$2y$30$saltsaltsaltsaltsaltse4kA2isQqvtsOWjUdVwT0P5YMJUrcwGW, a hash by bcrypt",
        "open sesame, a password"
    })
    void otherHashInTheFile_isRefusedByItsKind_withLineAndColumn(String hash, String kind) {
        assertThatThrownBy(() -> GatewayRuntime.reader().read("test.yaml", configuration("127.0.0.1:1", hash)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        refused -> assertThat(refused.faults())
                                .singleElement()
                                .asString()
                                .startsWith("test.yaml:5:29: routes[0].middleware[0].basicAuth.users.ann: " + kind
                                        + " (expected: pbkdf2_sha256$")
                                .doesNotContain(hash));
    }

    @Test
    void hashesInLabels_areUsed() {
        var labelled = LabelReader.defaults()
                .read(LabelledThing.ofTags(
                        "thing",
                        "web",
                        List.of(
                                "traefik.http.routers.a.rule=Host(`a.test`)",
                                "traefik.http.routers.a.middlewares=m",
                                "traefik.http.middlewares.m.basicauth.users=ann:" + HASH + ",bob:" + HASH)));

        assertThat(labelled.problems()).isEmpty();
        assertThat(labelled.routes().get(0).middleware())
                .extracting(piece -> piece.text())
                .containsExactly("basic authentication, 2 users");
    }
}
