package dev.penstock.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.time.ControlThreads;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members by names that the JDK's client takes for none. */
@Timeout(60)
class EtcdHttpTest {
    private static final Question VERSION = new Question("/version", null, Map.of());

    private final FakeEtcd etcd = FakeEtcd.start();
    private final ControlThreads threads = ControlThreads.create();
    private final String port = etcd.address().replaceAll(".*:", "");

    @AfterEach
    void close() {
        threads.close();
        etcd.close();
    }

    private static InetAddress known(String name) throws UnknownHostException {
        if (name.equals("etcd_1")) {
            return InetAddress.getLoopbackAddress();
        }
        throw new UnknownHostException(name);
    }

    private EtcdHttp open(String members) {
        EtcdSource source = EtcdSource.of(EtcdUri.of(URI.create("etcd://" + members), Set.of()), Map.of());
        return new EtcdHttp(source, threads, EtcdHttpTest::known);
    }

    @Test
    void ask_memberWithAnUnderscore_answers() throws Exception {
        try (var http = open("no_host:" + port + ",etcd_1:" + port)) {
            assertThat(http.ask(VERSION).get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void ask_nameThatDoesNotResolve_failsAndSaysSo() {
        try (var http = open("no_host:" + port)) {
            assertThatThrownBy(() -> http.ask(VERSION).get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("host: \"no_host\" (expected: a name that resolves)");
        }
    }
}
