package dev.penstock.discovery.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.http.Call;
import java.io.IOException;
import java.util.Map;

/** The token that etcd's API v3 gives for a password, got when it is needed. Thread-safe. */
final class Login {
    private final EtcdHttp http;
    private final EtcdSource source;
    private volatile String known = "";

    Login(EtcdHttp http, EtcdSource source) {
        this.http = http;
        this.source = source;
    }

    /** Whether there is a user at all. */
    boolean wanted() {
        return !source.user().isEmpty();
    }

    /** Empty if there is no user, or etcd asks nobody who they are. */
    Call<String> token() {
        String token = known;
        if (!wanted() || !token.isEmpty()) {
            var ready = new Call<String>();
            ready.complete(token);
            return ready;
        }
        String body = Checked.read(() -> Answer.json(
                Map.of("name", source.user(), "password", source.password().read())));
        return http.ask(new Question("/v3/auth/authenticate", body, Map.of()))
                .map(answer -> Checked.read(() -> given(answer)));
    }

    private String given(Answer answer) throws IOException {
        if (answer.status() == 412 || answer.said().contains("authentication is not enabled")) {
            return "";
        }
        if (answer.status() != 200) {
            throw new IOException("login of \"" + source.user() + "\": " + answer.said());
        }
        JsonNode token = answer.object().path("token");
        if (!token.isTextual() || token.asText().isEmpty()) {
            throw new IOException("login of \"" + source.user() + "\": no token (expected: one)");
        }
        known = token.asText();
        return known;
    }

    /** The next question needs a new one. */
    void forget(String token) {
        if (known.equals(token)) {
            known = "";
        }
    }
}
