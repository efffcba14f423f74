package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.AnswerLimits;
import dev.penstock.fuzz.Bytes;
import dev.penstock.proxy.StrictHttp.Read;
import dev.penstock.proxy.http1.HeadFault;
import dev.penstock.proxy.http1.ResponseDecoder;
import dev.penstock.proxy.http1.ResponseMessage;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers of endpoints: what the decoder accepts a strict reading accepts, and Netty's, and all read alike, however the bytes are
 * split; one that was cut is never whole; and sent on as the proxy sends, it is the same answer again.
 */
public final class ResponseFuzz {
    private ResponseFuzz() {}

    /** The first byte says to what the answer is and in which pieces the rest comes. */
    public static void run(byte[] input) {
        var bytes = new Bytes(input);
        int choice = bytes.below(128);
        boolean toHead = choice >= 64;
        byte[] answer = bytes.rest();
        List<Decoded> accepted = accepted(answer, toHead, 0);
        assertThat(reads(accepted(answer, toHead, choice % 64))).as("in pieces").isEqualTo(reads(accepted));
        List<Read> strict = strict(new StrictHttp(answer), toHead);
        List<Read> netty = NettyHttp.responses(answer, toHead);
        for (int i = 0; i < accepted.size(); i++) {
            Read ours = accepted.get(i).read();
            assertThat(strict.size())
                    .as("answers, of which we accept %s", reads(accepted))
                    .isGreaterThan(i);
            Read theirs = strict.get(i);
            if (ours.whole()) {
                assertThat(ours).as("answer %d", i).isEqualTo(theirs);
                assertThat(netty.size()).as("answers by Netty").isGreaterThan(i);
                assertThat(NettyHttp.told(ours, isBodiless(ours, toHead)))
                        .as("answer %d by Netty", i)
                        .isEqualTo(netty.get(i));
                sentOn(ours, accepted.get(i).written(), toHead);
            } else {
                assertThat(theirs.start()).isEqualTo(ours.start());
                assertThat(theirs.fields()).isEqualTo(ours.fields());
                assertThat(theirs.body()).startsWith(ours.body());
            }
        }
    }

    private static void sentOn(Read ours, byte[] written, boolean toHead) {
        String start = "HTTP/1.1" + ours.start().substring("HTTP/1.0".length());
        try {
            assertThat(new StrictHttp(written).response(toHead, true))
                    .as("sent on")
                    .isEqualTo(new Read(start, ours.fields(), ours.body(), ours.trailers(), true));
        } catch (StrictHttp.Broken e) {
            throw new AssertionError("sent on", e);
        }
    }

    private static boolean isBodiless(Read answer, boolean toHead) {
        String code = answer.start().substring("HTTP/1.1 ".length()).substring(0, 3);
        return toHead || code.startsWith("1") || code.equals("204") || code.equals("304");
    }

    private static List<Read> reads(List<Decoded> answers) {
        return answers.stream().map(Decoded::read).toList();
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

    private static List<Decoded> accepted(byte[] bytes, boolean toHead, int size) {
        var limits = AnswerLimits.defaults();
        var decoder = new ResponseDecoder(
                limits.statusLineBytes(),
                limits.headerBytes(),
                limits.headerCount(),
                limits.chunkLineBytes(),
                limits.connectionNames());
        decoder.expect(toHead);
        var channel = new EmbeddedChannel(decoder);
        try {
            Decoded.send(channel, bytes, size);
            channel.finish();
            return accepted(channel, toHead);
        } finally {
            channel.releaseInbound();
        }
    }

    private static List<Decoded> accepted(EmbeddedChannel channel, boolean toHead) {
        List<Decoded> answers = new ArrayList<>();
        boolean over = false;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (!over) {
                over = take(message, answers, toHead);
            }
            ReferenceCountUtil.release(message);
        }
        return answers;
    }

    /** Whether what comes after it is of no account. */
    private static boolean take(Object message, List<Decoded> answers, boolean toHead) {
        if (message instanceof ResponseMessage answer) {
            var decoded = Decoded.of(answer, toHead);
            answers.add(decoded);
            if (answer.status() < 200 && answer.status() != 101) {
                decoded.end();
            }
        } else if (message instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                return true;
            }
            Decoded last = answers.get(answers.size() - 1);
            last.add(content);
            return last.isWhole();
        }
        return message instanceof HeadFault || message == ResponseDecoder.UNASKED;
    }
}
