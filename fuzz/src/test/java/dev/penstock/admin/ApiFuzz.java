package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.fuzz.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The admin API behind a socket: whatever is asked is answered, with a status that the documents tell and an error in their form;
 * what is refused has changed nothing; the gateway goes on.
 */
public final class ApiFuzz {
    private static final int MOST_CALLS = 6;
    private static final Set<Integer> NATIVE = Set.of(200, 202, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 503);
    private static final Set<Integer> OTHERS = Set.of(200, 204, 304, 400, 401, 403, 404, 405, 409, 413, 503);

    /** What the listener itself says to a head that it does not take, whatever would answer behind it. */
    private static final Set<Integer> OF_THE_LISTENER = Set.of(400, 404, 405, 414, 431, 501);

    private ApiFuzz() {}

    /** The first byte says whether the rest is sent as it is, or chooses some requests. */
    public static void run(byte[] input) {
        var bytes = new Bytes(input);
        ApiServer server = ApiServer.running();
        List<String> drained = new ArrayList<>();
        try {
            if (bytes.below(8) == 7) {
                raw(server, bytes.rest());
            } else {
                var calls = new ApiCalls(server.operations(), server.taken());
                for (int i = bytes.below(MOST_CALLS) + 1; i > 0; i--) {
                    ApiCall call =
                            calls.next(bytes, server.get("/v1/config").headers().getOrDefault("etag", ""));
                    call(server, call);
                    if (call.path().endsWith("/drain")) {
                        drained.add(call.path());
                    }
                }
            }
            assertThat(server.get("/status").status()).isEqualTo(200);
        } finally {
            server.reset(drained);
        }
    }

    private static void raw(ApiServer server, byte[] bytes) {
        try {
            assertThat(ApiAnswer.toRaw(server.port(), bytes).status()).isNotEqualTo(500);
        } catch (IOException e) {
            throw new AssertionError("neither an answer nor an end", e);
        }
    }

    private static void call(ApiServer server, ApiCall call) {
        String before = server.state();
        ApiAnswer answer = server.answer(call);
        String asked = call + "\n-> " + answer;
        assertThat(answer.status()).as(asked).isNotZero().isNotEqualTo(500);
        if ((answer.status() >= 400 && answer.status() != 503) || call.reads()) {
            assertThat(server.state()).as(asked).isEqualTo(before);
        }
        if (answer.status() == 405 && !answer.type().startsWith("text/plain")) {
            assertThat(answer.headers()).as(asked).containsKey("allow");
        }
        boolean ofTheListener =
                answer.type().startsWith("text/plain") && OF_THE_LISTENER.contains(answer.status()) && isOdd(call);
        if (ofTheListener || call.path().equals("/status")) {
            return;
        }
        if (call.isNative()) {
            checkNative(server, call, answer, asked);
        } else {
            assertThat(OTHERS).as(asked).contains(answer.status());
            if (answer.status() >= 400 && !call.method().equals("HEAD")) {
                assertThat(ApiServer.tree(answer.body()).path("message").asText())
                        .as(asked)
                        .isNotBlank();
            }
        }
    }

    /** Heads that a listener may refuse before anybody is asked. */
    private static boolean isOdd(ApiCall call) {
        return call.target().contains("%")
                || call.target().length() > 2_000
                || call.headers().containsKey("Host")
                || call.headers().values().stream()
                        .anyMatch(
                                value -> value.length() > 1_000 || value.chars().anyMatch(c -> c > '~'))
                || call.template().isEmpty()
                || call.method().equals("OPTIONS");
    }

    private static void checkNative(ApiServer server, ApiCall call, ApiAnswer answer, String asked) {
        assertThat(NATIVE).as(asked).contains(answer.status());
        Set<String> documented = server.documented(call.method(), call.template());
        if (!documented.isEmpty() && !call.target().contains("%2F")) {
            assertThat(documented).as(asked).contains(String.valueOf(answer.status()));
        }
        if (answer.status() == 304) {
            assertThat(call.headers()).as(asked).containsKey("If-None-Match");
        }
        if (answer.status() < 400) {
            return;
        }
        assertThat(answer.type()).as(asked).isEqualTo("application/problem+json");
        if (call.method().equals("HEAD")) {
            return;
        }
        JsonNode problem = ApiServer.tree(answer.body());
        assertThat(problem.path("status").asInt()).as(asked).isEqualTo(answer.status());
        String detail = problem.path("detail").asText();
        assertThat(detail).as(asked).isNotBlank();
        boolean hasPlace = answer.status() == 400 && detail.startsWith("body: ") && detail.contains("malformed");
        if (hasPlace) {
            assertThat(problem.path("errors")).as(asked).isNotEmpty();
        }
        for (JsonNode error : problem.path("errors")) {
            assertThat(error.path("detail").asText()).as(asked).isNotBlank();
            assertThat(JsonPointer.compile(error.path("pointer").asText()))
                    .as(asked)
                    .isNotNull();
            assertThat(error.path("line").asInt(1)).as(asked).isPositive();
            assertThat(error.path("column").asInt(1)).as(asked).isPositive();
        }
    }
}
