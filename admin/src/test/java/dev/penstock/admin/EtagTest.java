package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions by tags, as RFC 9110 has them; TAG stands for the tag of what is there. */
class EtagTest {
    private static final String BODY = "{}";
    private static final String TAG = Etag.of(BODY);

    private final NativeCalls api = new NativeCalls();

    @AfterEach
    void close() {
        api.close();
    }

    private static AdminRequest with(String header, String condition) {
        return new AdminRequest("GET", "/", Map.of(header, condition.replace("TAG", TAG)), "");
    }

    private static int refusal(String header, String condition, boolean there) {
        var problem =
                catchThrowableOfType(ApiProblem.class, () -> Etag.check(with(header, condition), there ? BODY : null));
        return problem == null ? 0 : problem.problem().status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAG", "W/TAG", "*", " * ", "\"x\", TAG", "\"x\",W/TAG", ",, TAG ,", "\"a,b\", TAG"})
    void isKnown_ofTheTag_weakOrNot_inAListOrAny(String condition) {
        assertThat(Etag.isKnown(with("if-none-match", condition), TAG)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"x\"", "w/TAG-", "\"W/TAG\"", "\"\"", "**"})
    void isKnown_ofAnotherTag_isFalse(String condition) {
        String quoted = condition.replace("\"W/TAG\"", "\"W/" + TAG.substring(1));

        assertThat(Etag.isKnown(with("if-none-match", quoted.replace("w/TAG-", "\"w/\"")), TAG))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "TAG           | true  | 0",
                "\"x\", TAG    | true  | 0",
                "*             | true  | 0",
                "W/TAG         | true  | 412",
                "\"x\", W/TAG  | true  | 412",
                "\"x\"         | true  | 412",
                "TAG           | false | 412",
                "*             | false | 412",
                "x             | true  | 400",
                "TAG TAG       | true  | 400",
                "TAG, *        | true  | 400",
                "w/TAG         | true  | 400"
            })
    void ifMatch_ofAChange_isComparedStrongly(String condition, boolean there, int status) {
        assertThat(refusal("if-match", condition, there)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "TAG           | true  | 412",
                "W/TAG         | true  | 412",
                "\"x\", W/TAG  | true  | 412",
                "*             | true  | 412",
                "\"x\"         | true  | 0",
                "W/\"x\"       | true  | 0",
                "TAG           | false | 0",
                "*             | false | 0",
                "x             | true  | 400",
                "'\"x'         | false | 400"
            })
    void ifNoneMatch_ofAChange_isComparedWeakly(String condition, boolean there, int status) {
        assertThat(refusal("if-none-match", condition, there)).isEqualTo(status);
    }

    @Test
    void longConditionThatIsMalformed_isRefused() {
        String condition = "\"x\", ".repeat(5_000) + "x";

        assertThat(refusal("if-match", condition, true)).isEqualTo(400);
        assertThatCode(() -> Etag.check(with("if-match", condition.replace(", x", ", TAG")), BODY))
                .doesNotThrowAnyException();
    }

    @Test
    void notModified_hasTheTagAndHowItIsCached_andNothingOfABody() {
        String tag = api.tag("/v1/config");

        AdminResponse answer = api.call("GET", "/v1/config", "", "if-none-match", "W/" + tag);

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers()).containsOnly(Map.entry("ETag", tag), Map.entry("Cache-Control", "no-store"));
    }

    @Test
    void changeThatIsConditional_isMadeOnceOnly() {
        String tag = api.tag("/v1/config");

        api.refused(412, "PUT", "/v1/config", "{\"services\": {}}", "if-match", "W/" + tag);
        api.refused(412, "PUT", "/v1/config", "{\"services\": {}}", "if-none-match", "W/" + tag);
        api.refused(400, "PUT", "/v1/config", "{\"services\": {}}", "if-match", tag.replace("\"", ""));
        api.ok("PUT", "/v1/config", "{\"services\": {\"a\": {\"endpoints\": []}}}", "if-match", "\"x\", " + tag);
        api.refused(412, "PUT", "/v1/config", "{\"services\": {}}", "if-match", "\"x\", " + tag);
    }
}
