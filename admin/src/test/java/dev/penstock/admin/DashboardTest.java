package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.config.AdminSettings;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DashboardTest {
    private static final Pattern FILE = Pattern.compile("(?:href|src)=\"(ui/[^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("from '\\./([^']+)'");
    private static final Pattern ELSEWHERE = Pattern.compile(
            "(?:src|href)=\"(?!ui/|#)|@import|url\\(|https?:(?!//(?:www\\.w3\\.org/2000/svg|www\\.example\\.com))");

    private final Penstock penstock = Penstock.builder().build();
    private final AdminHandler handler = handler(AdminSettings.defaults());

    private AdminHandler handler(AdminSettings settings) {
        return new AdminHandler(
                penstock,
                () -> Status.OK,
                () -> new ProgramFacts("1", "nio", "jdk", BufferFacts.NONE, FileFacts.NONE, Map.of()),
                List::of,
                Ticker.system(),
                new ApiSetup(settings, (version, listener) -> ListenerOutcome.DONE));
    }

    @AfterEach
    void close() {
        penstock.close();
    }

    private AdminResponse get(String path, String... headers) {
        return handler.handle(
                new AdminRequest("GET", path, headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1]), ""));
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui", "/ui/app.js", "/ui/style.css", "/ui/icon.svg"})
    void S03_filesOfThePage_allowNothingFromElsewhere(String path) {
        AdminResponse file = get(path);

        assertThat(file.status()).isEqualTo(200);
        assertThat(file.headers())
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Referrer-Policy", "no-referrer")
                .containsEntry("Cache-Control", "no-cache");
        assertThat(file.headers().get("Content-Security-Policy"))
                .startsWith("default-src 'none'; ")
                .contains(
                        "script-src 'self'; ",
                        "style-src 'self'; ",
                        "connect-src 'self'; ",
                        "base-uri 'none'; ",
                        "form-action 'none'; ",
                        "frame-ancestors 'none'; ",
                        "require-trusted-types-for 'script'")
                .doesNotContain("unsafe", "*", "http");
        assertThat(ELSEWHERE.matcher(file.body()).find()).as(path).isFalse();
    }

    @Test
    void S03_page_findsAllItsFiles_andHasNoScriptOfItsOwn() {
        String page = get("/ui").body();

        assertThat(found(FILE, page))
                .contains("ui/app.js", "ui/style.css")
                .allSatisfy(
                        file -> assertThat(get("/" + file).status()).as(file).isEqualTo(200));
        assertThat(page)
                .doesNotContainPattern("<script[^>]*>[^<]")
                .doesNotContainPattern("\\son[a-z]+=|\\sstyle=|<style");
        assertScript("app.js");
    }

    private void assertScript(String name) {
        AdminResponse script = get("/ui/" + name);
        assertThat(script.headers()).containsEntry("Content-Type", "text/javascript; charset=utf-8");
        assertThat(script.body())
                .as(name)
                .doesNotContainPattern(
                        "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function");
        Matcher imports = IMPORT.matcher(script.body());
        while (imports.find()) {
            if (!imports.group(1).equals(name) && !name.equals("dom.js")) {
                assertScript(imports.group(1));
            }
        }
    }

    @Test
    void S03_knownTag_is304() {
        String tag = get("/ui/app.js").headers().getOrDefault("ETag", "");

        AdminResponse again = get("/ui/app.js", "if-none-match", tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers()).containsEntry("ETag", tag);
        assertThat(get("/ui/app.js", "if-none-match", "\"other\"").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void S03_otherMethods_are405(String method) {
        AdminResponse answer = handler.handle(new AdminRequest(method, "/ui"));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("Allow", "GET, HEAD");
        assertThat(handler.handle(new AdminRequest("HEAD", "/ui")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/../ui", "/ui/index.html", "/ui/nothing.js", "/ui/%2e%2e", "/uix", "/ui//app.js"})
    void S03_otherPaths_are404(String path) {
        assertThat(get(path).status()).isEqualTo(404);
    }

    @Test
    void S03_slashAtTheEnd_leadsToThePage() {
        AdminResponse answer = get("/ui/");
        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.headers()).containsEntry("Location", "../ui");
    }

    @Test
    void S03_pageNeedsNoToken_butWhatItAsksFor() {
        AdminSettings settings = AdminSettings.defaults();
        AdminHandler guarded = handler(settings.withApi(settings.api().withToken("t0k3n-t0k3n")));

        assertThat(guarded.handle(AdminRequest.get("/ui")).status()).isEqualTo(200);
        assertThat(guarded.handle(AdminRequest.get("/ui/app.js")).status()).isEqualTo(200);
        assertThat(guarded.handle(AdminRequest.get("/ui/")).status()).isEqualTo(308);
        for (String path : List.of("/v1/events", "/v1/routes", "/recent", "/state", "/ui/other")) {
            assertThat(guarded.handle(AdminRequest.get(path)).status()).as(path).isEqualTo(401);
        }
    }

    @Test
    void S03_pageIsForNoOtherSite() {
        assertThat(get("/ui", "origin", "http://other.test").status()).isEqualTo(403);
        assertThat(get("/ui", "host", "other.test").status()).isEqualTo(403);
    }
}
