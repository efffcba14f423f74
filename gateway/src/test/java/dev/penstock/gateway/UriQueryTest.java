package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.UriOptions;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class UriQueryTest {
    @Test
    void values_ofAnyCharacters_areReadBackAsGiven() {
        for (String value : new String[] {"/my certs", "a+b", "a&b=c", "100%", "ü"}) {
            URI uri = URI.create(new UriQuery().add("certs", value).behind("docker:///"));

            assertThat(UriOptions.of(uri, Set.of("certs")).text("certs")).contains(value);
        }
    }

    @Test
    void options_withoutValue_areLeftOut_theOthersFollowThoseOfTheAddress() {
        assertThat(new UriQuery().add("a", null).add("b", false).behind("docker:///"))
                .isEqualTo("docker:///");
        assertThat(new UriQuery().add("a", "1").add("b", true).behind("docker:///?c=2"))
                .isEqualTo("docker:///?c=2&a=1&b=true");
    }
}
