package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.health.CheckResult;
import dev.penstock.health.HttpCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;

/** One HTTP health check on its connection: sends the request, judges the answer. Confined to its event loop. */
final class HttpProbe extends SimpleChannelInboundHandler<HttpObject> {
    private final HttpCheck check;
    private final String host;
    private final CompletableFuture<CheckResult> result;
    private final ByteBuf body = Unpooled.buffer(256, HttpCheck.MAX_BODY);
    private String status = "";

    HttpProbe(HttpCheck check, String host, CompletableFuture<CheckResult> result) {
        this.check = check;
        this.host = host;
        this.result = result;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
    public void channelActive(ChannelHandlerContext context) {
        var request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(check.method()), check.path());
        request.headers()
                .set(HttpHeaderNames.HOST, host)
                .set(HttpHeaderNames.USER_AGENT, "penstock-health-check")
                .set(HttpHeaderNames.ACCEPT, "*/*")
                .set(HttpHeaderNames.CONNECTION, "close");
        context.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message.decoderResult().isFailure()) {
            boolean tooLong = message.decoderResult().cause() instanceof TooLongFrameException;
            end(false, tooLong ? "a head longer than allowed" : "not an HTTP answer");
            return;
        }
        if (message instanceof HttpResponse response) {
            head(response.status().code());
        }
        if (message instanceof HttpContent content && !status.isEmpty()) {
            int room = HttpCheck.MAX_BODY - body.readableBytes();
            body.writeBytes(content.content(), Math.min(room, content.content().readableBytes()));
            if (message instanceof LastHttpContent || body.readableBytes() == HttpCheck.MAX_BODY) {
                boolean found = body.toString(UTF_8).contains(check.body());
                end(found, status + (found ? "" : ", body without the text expected"));
            }
        }
    }

    private void head(int code) {
        if (HttpStatusClass.INFORMATIONAL.contains(code)) {
            return; // the answer is still to come
        }
        status = "status " + code;
        if (!check.expects(code)) {
            end(false, status);
        } else if (check.body().isEmpty()) {
            end(true, status);
        }
    }

    private void end(boolean good, String evidence) {
        result.complete(new CheckResult(good, evidence));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(false, status.isEmpty() ? "closed without an answer" : status + ", body cut off");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(false, text(cause));
    }

    /** What failed, without the address: that stands beside it. */
    static String text(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "no connection in time";
        }
        if (cause instanceof ConnectException) {
            return "connection refused";
        }
        if (UpstreamHandshake.isTls(cause)) {
            return UpstreamHandshake.text(cause);
        }
        return cause.getClass().getSimpleName();
    }
}
