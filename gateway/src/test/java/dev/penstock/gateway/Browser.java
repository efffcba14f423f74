package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.testkit.RequiresTool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One page of a headless Chromium, which {@code tools/browser/drive.mjs} drives. Confined to one thread. */
final class Browser implements AutoCloseable {
    private static final Path TOOL = Path.of("..", "tools", "browser");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedReader answers;

    private Browser(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it; the test is skipped where something is missing. */
    static Browser start() {
        String node = RequiresTool.find("node", 20).toString();
        RequiresTool.file(TOOL.resolve("node_modules/playwright-core/package.json")); // by npm ci in tools/browser
        String named = System.getenv("PENSTOCK_CHROMIUM");
        if (named == null) {
            RequiresTool.find("chromium");
        } else {
            RequiresTool.file(Path.of(named));
        }
        try {
            return new Browser(
                    new ProcessBuilder(node, TOOL.resolve("drive.mjs").toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has one of the commands of the script done; gives what it answers. */
    JsonNode call(Object... command) {
        try {
            process.getOutputStream().write((JSON.writeValueAsString(command) + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            String line = answers.readLine();
            if (line == null) {
                throw new AssertionError("the browser has ended");
            }
            JsonNode answer = JSON.readTree(line);
            assertThat(answer.path("error").asText()).isEmpty();
            return answer.path("value");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void open(String url) {
        assertThat(call("open", url).asInt()).isEqualTo(200);
    }

    void click(String selector) {
        call("click", selector);
    }

    void fill(String selector, String text) {
        call("fill", selector, text);
    }

    void press(String... keys) {
        for (String key : keys) {
            call("press", key);
        }
    }

    void type(String text) {
        call("type", text);
    }

    /** The texts of all elements that are to be seen. */
    List<String> texts(String selector) {
        return list(call("texts", selector));
    }

    /** The text of the one element that there is. */
    String text(String selector) {
        List<String> texts = texts(selector);
        assertThat(texts).as(selector).hasSize(1);
        return texts.get(0);
    }

    List<String> attributes(String selector, String name) {
        return list(call("attributes", selector, name));
    }

    String style(String selector, String name) {
        return call("style", selector, name).asText();
    }

    /** The id, or else the text, of what has the focus. */
    String focus() {
        return call("focus").asText();
    }

    /** Addresses of all that was asked for. */
    List<String> requests() {
        return list(call("requests"));
    }

    /** What the page complained of: errors and warnings of the console, violations of its policy, dialogs. */
    List<String> faults() {
        return list(call("faults"));
    }

    /** Waits until an element says something. */
    void await(String selector, String text) {
        eventually(Packaged.SOON, () -> assertThat(text(selector)).isEqualTo(text));
    }

    private static List<String> list(JsonNode array) {
        List<String> list = new ArrayList<>();
        array.forEach(one -> list.add(one.asText()));
        return list;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close(); // it ends by itself, and its browser with it
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
