package dev.penstock.benchmarks.proxy;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.httpproxy.HttpProxy;
import java.util.concurrent.TimeUnit;

/**
 * The proxy of Vert.x in front of one endpoint, on epoll.
 *
 * <p>{@code --port P --endpoint PORT [--certificate FILE.pem --key FILE.key]}; with a certificate it speaks TLS, by BoringSSL.
 */
final class VertxPeer {
    private VertxPeer() {}

    /** Starts it. */
    public static void main(String... words) {
        Options options = Options.of(words);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(256));
        HttpProxy proxy = HttpProxy.reverseProxy(client).origin(options.number("endpoint"), "127.0.0.1");
        var server = new HttpServerOptions().setHost("127.0.0.1").setPort(options.number("port"));
        if (options.has("certificate")) {
            server.setSsl(true)
                    .setSslEngineOptions(new OpenSSLEngineOptions())
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(options.text("certificate"))
                            .setKeyPath(options.text("key")));
        }
        vertx.createHttpServer(server)
                .requestHandler(proxy)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
