package dev.penstock.discovery.etcd;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.testkit.OpenedSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real server with access control: a user who may read the prefix and nothing else. */
@Timeout(120)
class AccessTest {
    private static final String SECRET = "s3cret";
    private static final String KEY = "/services/web/a";

    private static void guardThird(EtcdServer etcd) {
        etcd.put("v3", KEY, "127.0.0.1:8001");
        for (String user : new String[] {"root", "reader"}) {
            etcd.third("/v3/auth/user/add", Map.of("name", user, "password", SECRET));
            etcd.third("/v3/auth/role/add", Map.of("name", user));
            etcd.third("/v3/auth/user/grant", Map.of("user", user, "role", user));
        }
        Map<String, String> services = Map.of(
                "permType", "READ", "key", FakeEtcd.encoded("/services/"), "range_end", FakeEtcd.encoded("/services0"));
        etcd.third("/v3/auth/role/grant", Map.of("name", "reader", "perm", services));
        etcd.third("/v3/auth/enable", Map.of());
    }

    private static void guardSecond(EtcdServer etcd) {
        etcd.put("v2", KEY, "127.0.0.1:8001");
        String json = "application/json";
        etcd.second("PUT", "/v2/auth/users/root", json, "{\"user\":\"root\",\"password\":\"s3cret\"}");
        etcd.second(
                "PUT",
                "/v2/auth/roles/reader",
                json,
                "{\"role\":\"reader\",\"permissions\":{\"kv\":{\"read\":[\"/services/*\"],\"write\":[]}}}");
        etcd.second(
                "PUT",
                "/v2/auth/users/reader",
                json,
                "{\"user\":\"reader\",\"password\":\"s3cret\",\"roles\":[\"reader\"]}");
        etcd.second("PUT", "/v2/auth/enable", json, "");
        etcd.authorize(basic("root"));
        etcd.second(
                "PUT",
                "/v2/auth/roles/guest",
                json,
                "{\"role\":\"guest\",\"revoke\":{\"kv\":{\"read\":[\"/*\"],\"write\":[\"/*\"]}}}");
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
    }

    private static String rootToken(EtcdServer etcd) {
        return etcd.third("/v3/auth/authenticate", Map.of("name", "root", "password", SECRET))
                .replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void user_whoMayRead_isServedAcrossARestartAndOthersAreToldWhy(@TempDir Path folder) throws Exception {
        try (var etcd = EtcdServer.start(folder)) {
            guardThird(etcd);
            String uri = "etcd://reader:" + SECRET + "@" + etcd.address() + "/services/web";
            Path file = Files.writeString(folder.resolve("password"), SECRET + "\n");
            try (var opened = Opened.of(uri);
                    var wrong = Opened.of(uri.replace(SECRET, "wr0ng"));
                    var none = Opened.of("etcd://" + etcd.address() + "/services/web");
                    var elsewhere = Opened.of(uri.replace("/services/web", "/other/web"));
                    var byFile = Opened.of("etcd://reader@" + etcd.address() + "/services/web?passwordFile=" + file)) {
                opened.awaitReady("127.0.0.1:8001");
                byFile.awaitReady("127.0.0.1:8001");
                wrong.await(ServiceState.Failed.class);
                assertThat(wrong.problem()).contains("login of \"reader\"").doesNotContain("wr0ng");
                none.await(ServiceState.Failed.class);
                assertThat(none.problem()).contains("400", "user name is empty");
                elsewhere.await(ServiceState.Failed.class);
                assertThat(elsewhere.problem()).contains("permission denied").doesNotContain(SECRET);
                etcd.stop();
                opened.await(ServiceState.Stale.class);
                etcd.start(); // it knows no token any more
                etcd.authorize(rootToken(etcd));
                etcd.put("v3", "/services/web/b", "127.0.0.1:8002");
                opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            }
        }
    }

    @Test
    void user_ofTheOlderApi_isServedAndOthersAreToldWhy(@TempDir Path folder) {
        try (var etcd = EtcdServer.start(folder)) {
            guardSecond(etcd);
            String uri = "etcd://reader@" + etcd.address() + "/services/web?api=v2&passwordEnv=";
            Map<String, String> variables = Map.of("RIGHT", SECRET, "WRONG", "wr0ng");
            try (var opened = Opened.of(uri + "RIGHT", variables);
                    var wrong = Opened.of(uri + "WRONG", variables)) {
                opened.awaitReady("127.0.0.1:8001");
                etcd.put("v2", "/services/web/b", "127.0.0.1:8002");
                opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
                wrong.await(ServiceState.Failed.class);
                assertThat(wrong.problem()).contains("401").doesNotContain("wr0ng");
            }
        }
    }

    @Test
    void user_whereNobodyIsAskedWhoTheyAre_isServed(@TempDir Path folder) {
        try (var etcd = EtcdServer.start(folder)) {
            etcd.put("v3", KEY, "127.0.0.1:8001");
            try (var opened = Opened.of("etcd://reader:" + SECRET + "@" + etcd.address() + "/services/web")) {
                opened.awaitReady("127.0.0.1:8001");
                etcd.put("v3", "/services/web/b", "127.0.0.1:8002");
                opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
                eventually(
                        OpenedSource.LIMIT,
                        () -> assertThat(opened.watch().skipped()).isEmpty());
            }
        }
    }
}
