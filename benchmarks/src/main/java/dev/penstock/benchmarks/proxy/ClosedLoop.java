package dev.penstock.benchmarks.proxy;

import dev.penstock.time.Ticker;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A load in which everyone begins anew once answered: counts what succeeds for a time. Confined to one event loop.
 *
 * <p>{@code --what handshakes|websocket|pingpong|download|datagrams --port P --path /small --connections 64 --seconds 5}
 */
final class ClosedLoop {
    private final Bootstrap bootstrap;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long count;
    private long errors;
    private boolean over;

    private ClosedLoop(EventLoopGroup group, Options options) {
        String what = options.text("what");
        String path = options.text("path");
        int port = options.number("port");
        this.bootstrap = switch (what) {
            case "handshakes" -> {
                var tls = HandshakeClient.tls();
                yield Loop.connections(group, port, () -> HandshakeClient.handlers(this, tls, path));
            }
            case "websocket" -> Loop.connections(group, port, () -> WebSocketClient.handlers(this, path));
            case "pingpong" -> Loop.connections(group, port, () -> BytesClient.pingPong(this));
            case "download" -> Loop.connections(group, port, () -> BytesClient.download(this));
            case "datagrams" -> Loop.datagrams(group, port, () -> DatagramClient.handlers(this));
            default ->
                throw new IllegalArgumentException(
                        "--what: " + what + " (expected: handshakes, websocket, pingpong, download or datagrams)");
        };
    }

    /** Runs one load and prints how it went. */
    public static void main(String... words) {
        Options options = Options.of(words);
        EventLoopGroup group = Loop.one();
        try {
            var load = new ClosedLoop(group, options);
            long begin = Ticker.system().nanos();
            for (int i = 0; i < options.number("connections"); i++) {
                load.connect();
            }
            var unused = group.schedule(load::end, options.number("seconds"), TimeUnit.SECONDS);
            load.done.join();
            Loop.report(
                    "{\"requests\": %d, \"errors\": %d, \"seconds\": %.3f}",
                    load.count, load.errors, (Ticker.system().nanos() - begin) / 1e9);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private void end() {
        over = true;
        done.complete(null);
    }

    // ---- told by connections

    /** One more connection is to begin. */
    void connect() {
        bootstrap.connect().addListener(connected -> {
            if (!connected.isSuccess()) {
                failed();
            }
        });
    }

    void succeeded() {
        if (!over) {
            count++;
        }
    }

    void failed() {
        if (!over) {
            errors++;
            end(); // one error voids the sample
        }
    }

    boolean isOver() {
        return over;
    }
}
