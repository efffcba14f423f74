package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Heads;
import dev.penstock.proxy.http1.RequestMessage;
import dev.penstock.proxy.http1.ResponseMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutletTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n";

    private final EmbeddedChannel other = new EmbeddedChannel(); // whose loop runs what it is told to
    private final Flushes flushes = new Flushes(other.eventLoop());
    private final AtomicInteger flushed = new AtomicInteger();
    private final Outlet outlet = new Outlet(flushes, flushed::incrementAndGet);
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            outlet.attach(context);
        }
    });

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        other.finishAndReleaseAll();
    }

    private static RequestMessage post(int length) {
        return Heads.request("POST", "/", "HTTP/1.1", "Content-Length", Integer.toString(length));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    /** The buffers that have gone out, each as a text. */
    private List<String> sent() {
        List<String> sent = new ArrayList<>();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            sent.add(next.toString(ISO_8859_1));
            next.release();
        }
        return sent;
    }

    @Test
    void headAndShortBody_areOneBuffer_onceFlushed() {
        ByteBuf body = bytes("body");
        outlet.write(post(4));
        outlet.write(new DefaultLastHttpContent(body));
        assertThat(sent()).isEmpty();

        outlet.flush();

        assertThat(sent()).containsExactly(HEAD + "body");
        assertThat(body.refCnt()).isZero();
    }

    @Test
    void headThatIsFlushed_isNotWaitedWith_andItsBodyGoesAsItIs() {
        outlet.write(post(4));
        outlet.flush();
        outlet.write(new DefaultHttpContent(bytes("bo")));
        outlet.write(new DefaultLastHttpContent(bytes("dy")));
        outlet.flush();

        assertThat(sent()).containsExactly(HEAD, "bo", "dy");
    }

    @Test
    void longBody_isNotCopied() {
        ByteBuf body = bytes("x".repeat(10_000));
        outlet.write(post(10_000));
        outlet.write(new DefaultLastHttpContent(body));
        outlet.flush();

        assertThat(channel.<ByteBuf>readOutbound().release()).isTrue();
        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(body);
        body.release();
    }

    @Test
    void bodyLongerThanItWasSaidToBe_followsItsHead() {
        outlet.write(post(4));
        outlet.write(new DefaultHttpContent(bytes("body")));
        outlet.write(new DefaultHttpContent(bytes("and more")));
        outlet.flush();

        assertThat(sent()).containsExactly(HEAD + "body", "and more");
    }

    @Test
    void shortChunks_standBehindTheirHead() {
        outlet.write(Heads.request("POST", "/", "HTTP/1.1", "Transfer-Encoding", "chunked"));
        outlet.write(new DefaultHttpContent(bytes("ab")));
        outlet.write(LastHttpContent.EMPTY_LAST_CONTENT);
        outlet.flush();

        assertThat(sent()).containsExactly("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n");
    }

    @Test
    void headsAndOtherBytes_keepTheirOrder() {
        outlet.write(ResponseMessage.of(103, "Early Hints"));
        outlet.write(ResponseMessage.of(200, "OK"));
        outlet.write(bytes("more"));
        outlet.flush();

        assertThat(sent()).containsExactly("HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "more");
    }

    @Test
    void chunkedBodyAfterAHeadWithoutOne_isFramedByItsOwnHead() {
        outlet.write(ResponseMessage.of(103, "Early Hints"));
        var head = ResponseMessage.of(200, "OK");
        head.fields().set(FieldName.TRANSFER_ENCODING, "chunked");
        outlet.write(head);
        outlet.write(new DefaultLastHttpContent(bytes("a")));
        outlet.flush();

        assertThat(String.join("", sent())).endsWith("\r\n\r\n1\r\na\r\n0\r\n\r\n");
    }

    @Test
    void closed_givesBackWhatWasNotFlushed() {
        outlet.write(post(4));
        outlet.close();
        outlet.flush();

        assertThat(sent()).isEmpty();
    }

    // ---- at the end of a turn

    @Test
    void whatIsToBeSentSoon_goesOutAtTheEndOfTheTurn_once() {
        outlet.write(post(4));
        outlet.flushSoon();
        outlet.write(new DefaultLastHttpContent(bytes("body")));
        outlet.flushSoon();
        assertThat(sent()).isEmpty();
        other.runPendingTasks();
        assertThat(sent()).containsExactly(HEAD + "body");
        assertThat(flushed).hasValue(1);
    }

    @Test
    void whatIsToBeSentSoon_isSentBefore_whereSomebodySaysSo() {
        outlet.write(post(4));
        outlet.flushSoon();
        outlet.turnEnds();
        assertThat(sent()).containsExactly(HEAD);
        outlet.turnEnds();
        other.runPendingTasks();
        assertThat(flushed).hasValue(1);
    }

    @Test
    void muchThatIsToBeSentSoon_goesOutAtOnce() {
        outlet.write(post(20_000));
        outlet.write(new DefaultLastHttpContent(bytes("x".repeat(20_000))));
        outlet.flushSoon();
        assertThat(String.join("", sent())).hasSize(HEAD.length() + 4 + 20_000);
        assertThat(flushed).hasValue(1);
    }

    @Test
    void littleThatBecomesMuch_beforeTheTurnEnds_goesOutAtOnce_andTheRestAtItsEnd() {
        outlet.write(bytes("x".repeat(10_000)));
        outlet.flushSoon();
        outlet.write(bytes("y".repeat(10_000)));
        outlet.flushSoon();
        assertThat(String.join("", sent())).hasSize(20_000);
        outlet.write(bytes("z"));
        outlet.flushSoon();
        assertThat(sent()).isEmpty();
        other.runPendingTasks();
        assertThat(sent()).containsExactly("z");
        assertThat(flushed).hasValue(2);
    }

    @Test
    void closedBeforeTheEndOfTheTurn_sendsNothing() {
        outlet.write(post(4));
        outlet.flushSoon();
        outlet.close();
        other.runPendingTasks();
        assertThat(sent()).isEmpty();
        assertThat(flushed).hasValue(0);
    }
}
