package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.fuzz.Bytes;
import dev.penstock.proxy.StrictHttp.Read;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers of endpoints: what the decoder accepts a strict reading accepts, and reads alike, however the bytes are split; one
 * that was cut is never whole.
 */
public final class ResponseFuzz {
    private static final ListenerSpec LISTENER = ListenerSpec.of("127.0.0.1:0");

    private ResponseFuzz() {}

    /** The first byte says to what the answer is and in which pieces the rest comes. */
    public static void run(byte[] input) {
        var bytes = new Bytes(input);
        int choice = bytes.below(128);
        boolean toHead = choice >= 64;
        byte[] answer = bytes.rest();
        List<Read> accepted = accepted(answer, toHead, 0);
        assertThat(accepted(answer, toHead, choice % 64)).as("in pieces").isEqualTo(accepted);
        var second = new StrictHttp(answer);
        List<Read> strict = strict(second, toHead);
        if (second.lenient()) {
            return;
        }
        for (int i = 0; i < accepted.size(); i++) {
            Read ours = accepted.get(i);
            assertThat(strict.size())
                    .as("answers, of which we accept %s", accepted)
                    .isGreaterThan(i);
            Read theirs = strict.get(i);
            if (ours.whole()) {
                assertThat(ours).as("answer %d", i).isEqualTo(theirs);
            } else {
                assertThat(theirs.start()).isEqualTo(ours.start());
                assertThat(theirs.fields()).isEqualTo(ours.fields());
                assertThat(theirs.body()).startsWith(ours.body());
            }
        }
    }

    /** Interim answers and the final one. */
    private static List<Read> strict(StrictHttp http, boolean toHead) {
        List<Read> answers = new ArrayList<>();
        try {
            boolean interim = true;
            while (interim) {
                Read read = http.response(toHead, true);
                if (read != null) {
                    answers.add(read);
                }
                interim = read != null && isInterim(read);
            }
        } catch (StrictHttp.Broken e) {
            return answers;
        }
        return answers;
    }

    private static boolean isInterim(Read read) {
        return read.start().charAt("HTTP/1.1 ".length()) == '1';
    }

    private static List<Read> accepted(byte[] bytes, boolean toHead, int size) {
        var decoder = new ResponseDecoder();
        decoder.expect(toHead);
        var channel = new EmbeddedChannel(decoder);
        try {
            Decoded.send(channel, bytes, size);
            channel.finish();
            return accepted(channel, head(toHead), decoder);
        } catch (RequestHead.Refused e) {
            throw new AssertionError(e);
        } finally {
            channel.releaseInbound();
        }
    }

    private static RequestHead head(boolean toHead) throws RequestHead.Refused {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, toHead ? HttpMethod.HEAD : HttpMethod.GET, "/");
        request.headers().add("Host", "a");
        return RequestHead.of(request, LISTENER.name());
    }

    private static List<Read> accepted(EmbeddedChannel channel, RequestHead head, ResponseDecoder decoder) {
        List<Decoded> answers = new ArrayList<>();
        boolean over = false;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (!over) {
                over = take(message, answers, head, decoder);
            }
            ReferenceCountUtil.release(message);
        }
        return answers.stream().map(Decoded::read).toList();
    }

    /** Whether what comes after it is of no account. */
    private static boolean take(Object message, List<Decoded> answers, RequestHead head, ResponseDecoder decoder) {
        if (message instanceof HttpResponse answer) {
            boolean refused = answer.decoderResult().isFailure()
                    || !UpstreamAnswer.isHttp1(answer)
                    || UpstreamAnswer.of(answer, head, decoder.lostChunked()) == null;
            if (refused) {
                return true;
            }
            String reason = answer.status().reasonPhrase();
            String start = answer.protocolVersion() + " " + answer.status().code() + " " + reason;
            answers.add(new Decoded(StrictHttp.start(start), answer.headers()));
        }
        if (message instanceof HttpContent content && !answers.isEmpty()) {
            if (content.decoderResult().isFailure()) {
                return true;
            }
            Decoded last = answers.get(answers.size() - 1);
            last.add(content);
            return last.isWhole() && !isInterim(last.read());
        }
        return message == ResponseDecoder.UNASKED;
    }
}
