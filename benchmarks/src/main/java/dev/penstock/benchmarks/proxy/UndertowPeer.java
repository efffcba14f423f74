package dev.penstock.benchmarks.proxy;

import io.undertow.Undertow;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Undertow's proxy handler in front of one endpoint.
 *
 * <p>{@code --port P --endpoint PORT [--keystore FILE.p12]}; with a key store, whose password is {@code benchmark}, it speaks
 * TLS.
 */
final class UndertowPeer {
    private static final char[] PASSWORD = "benchmark".toCharArray();

    private static final int CONNECTIONS = 256; // to the endpoint; more than the load has, so that none has to wait

    private UndertowPeer() {}

    /** Starts it. */
    public static void main(String... words) throws IOException, GeneralSecurityException {
        Options options = Options.of(words);
        var endpoints = new LoadBalancingProxyClient()
                .setConnectionsPerThread(CONNECTIONS)
                .setSoftMaxConnectionsPerThread(CONNECTIONS)
                .setMaxQueueSize(CONNECTIONS)
                .addHost(URI.create("http://127.0.0.1:" + options.number("endpoint")));
        Undertow.Builder builder = Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(1)
                .setHandler(ProxyHandler.builder()
                        .setProxyClient(endpoints)
                        .setMaxRequestTime(30_000)
                        .build());
        if (options.has("keystore")) {
            builder.addHttpsListener(options.number("port"), "127.0.0.1", tls(Path.of(options.text("keystore"))));
        } else {
            builder.addHttpListener(options.number("port"), "127.0.0.1");
        }
        builder.build().start();
    }

    private static SSLContext tls(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
