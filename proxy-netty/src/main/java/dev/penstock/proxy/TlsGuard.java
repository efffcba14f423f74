package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.tls.ClientCertificates;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one client's connection as the rest of the pipeline sees it: lets nothing pass before the handshake is done and
 * limits its time; knows afterwards what was agreed upon. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class TlsGuard extends ChannelInboundHandlerAdapter {
    private final ListenerTls tls;
    private final boolean http;
    private final int mostHelloBytes;
    private final LoopTimer timer;
    private @Nullable ChannelHandlerContext context;
    private @Nullable TlsDoor door;
    private @Nullable TlsHost host;
    private String serverName = "";
    private ClientTls agreed = ClientTls.NONE;
    private boolean done;
    private boolean counted;
    private boolean inputOver;

    /** A guard of one connection to a listener with these settings. */
    TlsGuard(ListenerTls tls, ListenerSpec spec, LoopState state, GatewayCore core) {
        this.tls = tls;
        this.http = spec.protocol().isHttp();
        this.mostHelloBytes = spec.limits().connections().clientHelloBytes();
        this.timer = new LoopTimer(state.loop(), core.ticker(), this::late);
    }

    void install(ChannelPipeline pipeline) {
        var closed = new TlsDoor(tls, this, mostHelloBytes);
        door = closed;
        pipeline.addLast(closed, this);
    }

    /** What waits of records that are not whole. */
    long heldBytes(Channel channel) {
        TlsDoor closed = door;
        return closed == null ? RecordCumulator.heldBytes(channel) : closed.heldBytes();
    }

    /** The virtual host that the client is met by. */
    void host(TlsHost host, String serverName) {
        this.host = host;
        this.serverName = serverName;
        this.door = null;
    }

    /** The name that the client asked for; empty if it asked for none, or has not yet. */
    String serverName() {
        return serverName;
    }

    /** What was agreed upon; nothing before the handshake is done. */
    ClientTls agreed() {
        return agreed;
    }

    /**
     * Tells whether a request for a host may come by this connection: what the host asks of clients is what was asked when
     * the connection was made, or nothing.
     */
    boolean permits(String requested) {
        ClientCertificates wanted = tls.hosts().clients(requested);
        TlsHost own = host;
        return !wanted.isOn() || (own != null && wanted.equals(own.clients()));
    }

    /** Tells whether the handshake is done. */
    boolean isDone() {
        return done;
    }

    /** Closes a connection, by TLS or not, without the end that TLS has: it would make an answer look whole. */
    static void cut(ChannelHandlerContext context) {
        ChannelHandlerContext secured = context.pipeline().context(SslHandler.class);
        (secured == null ? context : secured).close(); // on from there: the handler itself does not see it
    }

    /** Says the end to the client, by TLS first where that is spoken; goes on to read. */
    static void endOutput(DuplexChannel channel) {
        SslHandler secured = channel.pipeline().get(SslHandler.class);
        if (secured == null) {
            channel.shutdownOutput();
        } else {
            secured.closeOutbound().addListener(said -> channel.shutdownOutput());
        }
    }

    void refused(TlsRefusals.Reason reason) {
        if (!counted && !done) {
            counted = true;
            tls.refusals().count(reason);
        }
    }

    private void late() {
        refused(TlsRefusals.Reason.TOO_SLOW);
        requireNonNull(context, "context").close();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        timer.arm(tls.spec().handshake().toNanos()); // the others are told once the handshake is done
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent end) {
            timer.cancel();
            if (end.isSuccess()) {
                succeeded(context);
            } else {
                failed(context, end.cause());
            }
        } else if (event instanceof SslCloseCompletionEvent || event == ChannelInputShutdownEvent.INSTANCE) {
            inputOver(context);
        } else if (done) {
            context.fireUserEventTriggered(event);
        }
    }

    /** The client says its end by TLS, by TCP, or by both; the others are told once. */
    private void inputOver(ChannelHandlerContext context) {
        if (!done) {
            context.close();
        } else if (!inputOver) {
            inputOver = true;
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private void succeeded(ChannelHandlerContext context) {
        SSLEngine engine = context.pipeline().get(SslHandler.class).engine();
        agreed = ClientTls.of(
                engine.getSession(),
                serverName,
                requireNonNull(host, "host").clients().isOn());
        // A client that begins another handshake makes the proxy work for nothing; JDK would let it.
        engine.setEnableSessionCreation(false);
        done = true;
        context.fireChannelActive();
    }

    private void failed(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            refused(TlsRefusals.Reason.NOT_TLS);
            if (http) {
                // Past the door: whoever speaks plain HTTP is told so.
                requireNonNull(context.pipeline().firstContext(), "first")
                        .writeAndFlush(ErrorAnswer.MALFORMED.bytes(false, false, true));
            }
        } else {
            refused(TlsRefusals.Reason.FAILED);
        }
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timer.cancel();
        refused(TlsRefusals.Reason.FAILED);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean ofTls = cause instanceof DecoderException
                && (cause instanceof NotSslRecordException || cause.getCause() instanceof SSLException || !done);
        if (ofTls) {
            context.close(); // what a client does wrong is no fault of ours
        } else {
            context.fireExceptionCaught(cause);
        }
    }
}
