package dev.penstock.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.request.PlainRequest;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersFileTest {
    /** Of the password "open sesame". */
    private static final String HASH = "pbkdf2_sha256$1000$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=";

    @TempDir
    private Path directory;

    /** By renaming, as one should. */
    private Path write(String text) throws IOException {
        Path file = directory.resolve("users");
        Path next = Files.writeString(directory.resolve("next"), text);
        return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private RouteGate gate(Path file, Map<String, PasswordHash> users) {
        RouteGate gate = unread(file, users);
        gate.look(Runnable::run);
        return gate;
    }

    private static RouteGate unread(Path file, Map<String, PasswordHash> users) {
        var auth = new BasicAuth("r", users, file, false);
        return new RouteGate(List.of(auth), Ticker.system(), new byte[32], Runnable::run);
    }

    private static Passage begun(RouteGate gate, String user) {
        String credentials = Base64.getEncoder().encodeToString((user + ":open sesame").getBytes(UTF_8));
        var request = PlainRequest.get("http://a.test/").withHeader("Authorization", "Basic " + credentials);
        return gate.enter(request, "http");
    }

    /** What becomes of a request once the file was looked at. */
    private static String later(RouteGate gate, String user) {
        gate.look(Runnable::run);
        return now(gate, user);
    }

    private static String now(RouteGate gate, String user) {
        Passage passage = begun(gate, user);
        Verdict verdict = passage.go();
        while (verdict instanceof Verdict.Undecided undecided) {
            undecided.work().run();
            verdict = passage.go();
        }
        return verdict instanceof Verdict.Answered answered ? answered.reason() : "passed";
    }

    @Test
    void replacedFile_isGoneBy_alsoForWhoWasLetIn() throws IOException {
        Path file = write("# staff\r\nann:" + HASH + "\r\n\n");
        RouteGate gate = gate(file, Map.of());
        assertThat(later(gate, "ann")).isEqualTo("passed");
        assertThat(later(gate, "bob")).isEqualTo("credentials_wrong");

        write("bob:" + HASH + "\n# one more line, so that it is not as long\n");

        assertThat(later(gate, "ann")).isEqualTo("credentials_wrong");
        assertThat(later(gate, "bob")).isEqualTo("passed");
        assertThat(later(gate, "bob")).isEqualTo("passed");
    }

    @Test
    void lookThatIsDueOrHangs_holdsUpNobodyWhoIsKnown_alsoWhereTheLineIsFull() throws IOException {
        RouteGate gate = gate(write("ann:" + HASH), Map.of());
        assertThat(now(gate, "ann")).isEqualTo("passed");
        write("bob:" + HASH + "\n# one more line, so that it is not as long\n");
        List<Runnable> looks = new ArrayList<>();
        gate.look(looks::add);
        gate.look(looks::add);
        assertThat(looks).hasSize(1); // the other one may be hanging
        while (begun(gate, "eve").go() instanceof Verdict.Undecided) {}

        assertThat(begun(gate, "eve").go())
                .isInstanceOfSatisfying(
                        Verdict.Answered.class,
                        answered -> assertThat(answered.reason()).isEqualTo("credentials_overload"));
        assertThat(begun(gate, "ann").go()).isEqualTo(Verdict.PASS);
        looks.get(0).run();
        assertThat(begun(gate, "ann").go()).isNotEqualTo(Verdict.PASS);
        gate.look(looks::add);
        assertThat(looks).hasSize(2);
    }

    @Test
    void fileThatHangsFromTheStart_keepsEverybodyOut_untilItIsRead() throws IOException {
        RouteGate gate = unread(write("ann:" + HASH), Map.of("cid", PasswordHash.parse(HASH)));
        List<Runnable> looks = new ArrayList<>();
        gate.look(looks::add);
        assertThat(gate.firstLook()).isNotDone();
        for (String user : List.of("ann", "cid", "eve")) { // the file may have another password for each
            assertThat(begun(gate, user).go()).isInstanceOfSatisfying(Verdict.Answered.class, answered -> {
                assertThat(answered.status()).isEqualTo(503);
                assertThat(answered.reason()).isEqualTo("credentials_unread");
            });
        }
        var request = PlainRequest.get("http://a.test/").withHeader("Authorization", "Basic eDp5");
        assertThat(gate.foresee(request)).extracting(Foreseen::would).containsExactly("answer 503 credentials_unread");
        assertThat(gate.foresee(PlainRequest.get("http://a.test/")))
                .extracting(Foreseen::would)
                .containsExactly("answer 401 credentials_missing");

        looks.get(0).run();

        assertThat(gate.firstLook()).isDone();
        assertThat(now(gate, "ann")).isEqualTo("passed");
        assertThat(now(gate, "cid")).isEqualTo("passed");
        assertThat(now(gate, "eve")).isEqualTo("credentials_wrong");
    }

    @Test
    void lookThatWasRefused_isNotTheLast() throws IOException {
        RouteGate gate = gate(write("ann:" + HASH), Map.of());

        assertThatThrownBy(() -> gate.look(task -> {
                    throw new RejectedExecutionException("full");
                }))
                .isInstanceOf(RejectedExecutionException.class);

        write("bob:" + HASH + "\n# one more line, so that it is not as long\n");
        assertThat(later(gate, "bob")).isEqualTo("passed");
    }

    @Test
    void brokenOrMissingFile_changesNothing_untilItIsRightAgain() throws IOException {
        Path file = write("ann:" + HASH);
        RouteGate gate = gate(file, Map.of());

        write("bob:" + HASH + "\nann:hunter2\n");
        assertThat(later(gate, "ann")).isEqualTo("passed");
        assertThat(later(gate, "bob")).isEqualTo("credentials_wrong");
        Files.delete(file);
        assertThat(later(gate, "ann")).isEqualTo("passed");
        write("bob:" + HASH);
        assertThat(later(gate, "bob")).isEqualTo("passed");
    }

    @Test
    void fileThatIsMissingFromTheStart_letsOnlyTheOthersIn_untilItComes() throws IOException {
        Path file = directory.resolve("users");
        RouteGate nobody = gate(file, Map.of());
        RouteGate one = gate(file, Map.of("cid", PasswordHash.parse(HASH)));
        assertThat(later(nobody, "ann")).isEqualTo("credentials_wrong");
        assertThat(later(one, "cid")).isEqualTo("passed");

        write("ann:" + HASH);

        assertThat(later(nobody, "ann")).isEqualTo("passed");
        assertThat(later(one, "ann")).isEqualTo("passed");
        assertThat(later(one, "cid")).isEqualTo("passed");
    }

    @Test
    void directory_isNoFileOfUsers() {
        assertThat(later(gate(directory, Map.of()), "ann")).isEqualTo("credentials_wrong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# none",
                "ann",
                ":" + HASH,
                "a:" + HASH + "\nann:hunter2",
                "a:" + HASH + "\nann:{SHA}hunter2"
            })
    void wrongLine_isNamedByItsNumber_andNotShown(String text) {
        assertThatThrownBy(() -> UsersFile.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ")
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("ann");
        if (text.contains("hunter2")) {
            assertThatThrownBy(() -> UsersFile.parse(text)).hasMessageStartingWith("line 2: a ");
        }
    }
}
