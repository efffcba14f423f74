package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.Forwarding.ForwardedFor;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.Heads;
import dev.penstock.resolve.AddressRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForwardingHeadersTest {
    private static final AddressRange[] INSIDE = {AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::1")};

    private static ForwardingHeaders rules(ForwardedFor forwardedFor) {
        return new ForwardingHeaders(
                Forwarding.defaults().withForwardedFor(forwardedFor).withTrustedProxies(INSIDE), "gate", "http");
    }

    private static Fields with(String... hops) {
        var headers = new Fields();
        for (String hop : hops) {
            headers.add(FieldName.X_FORWARDED_FOR, hop);
        }
        return headers;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9.9.9.9                  | 9.9.9.9",
                "9.9.9.9, 10.1.1.1        | 9.9.9.9",
                "1.1.1.1, 9.9.9.9,10.2.2.2| 9.9.9.9",
                "10.1.1.1, 10.2.2.2       | 10.1.1.1",
                "9.9.9.9, nonsense        | 10.0.0.9",
                "9.9.9.9, ''              | 10.0.0.9",
                "9.9.9.9:4711             | 9.9.9.9",
                "[2001:db8::1]:80         | 2001:db8:0:0:0:0:0:1",
                "2001:db8::1, ::1         | 2001:db8:0:0:0:0:0:1",
                "::ffff:10.1.1.1          | 10.1.1.1"
            })
    void client_behindATrustedProxy_isTheRightMostThatIsNot(String hops, String client) {
        assertThat(rules(ForwardedFor.APPEND).client(with(hops), "10.0.0.9", true))
                .isEqualTo(client);
    }

    @Test
    void client_ofAPeerThatIsNotTrusted_isThePeer() {
        assertThat(rules(ForwardedFor.APPEND).client(with("9.9.9.9"), "8.8.8.8", false))
                .isEqualTo("8.8.8.8");
    }

    @Test
    void H07_append_putsThePeerLast() {
        var headers = with("1.1.1.1, 2.2.2.2", "3.3.3.3");

        rules(ForwardedFor.APPEND).apply(headers, new Peer("8.8.8.8", false), "8.8.8.8", "a:80");

        assertThat(headers.all(FieldName.of("X-Forwarded-For"))).containsExactly("1.1.1.1, 2.2.2.2, 3.3.3.3, 8.8.8.8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "false | 8.8.8.8     | for=8.8.8.8;host=\"a:80\";proto=http",
                "true  | 8.8.8.8     | for=1.1.1.1;proto=https, for=8.8.8.8;host=\"a:80\";proto=http",
                "false | 2001:db8::1 | for=\"[2001:db8::1]\";host=\"a:80\";proto=http"
            })
    void standard_byOption_isOneMoreElement_afterThoseOfATrustedPeerOnly(boolean trusted, String peer, String all) {
        var headers = Heads.fields("Forwarded", "for=1.1.1.1;proto=https");
        var rules = new ForwardingHeaders(Forwarding.defaults().withHeaders(true, false, false), "gate", "http");

        rules.apply(headers, new Peer(peer, trusted), peer, "a:80");

        assertThat(headers.all(FieldName.of("Forwarded"))).containsExactly(all);
    }

    @Test
    void H09_otherClaims_areTakenOut_unlessThePeerIsTrusted() {
        for (boolean trusted : new boolean[] {false, true}) {
            var headers = Heads.fields("X-Forwarded-Port", "443", "x-forwarded-prefix", "/admin");

            rules(ForwardedFor.APPEND).apply(headers, new Peer("8.8.8.8", trusted), "8.8.8.8", "a:80");

            assertThat(headers.contains(FieldName.of("X-Forwarded-Port"))).isEqualTo(trusted);
            assertThat(headers.contains(FieldName.of("X-Forwarded-Prefix"))).isEqualTo(trusted);
        }
    }

    @Test
    void H09_claims_areReplaced_andKeptOnlyFromATrustedPeer() {
        for (boolean trusted : new boolean[] {false, true}) {
            var headers =
                    Heads.fields("X-Forwarded-Proto", "https", "X-Forwarded-Host", "claimed", "X-Real-IP", "1.2.3.4");

            rules(ForwardedFor.REPLACE).apply(headers, new Peer("8.8.8.8", trusted), "7.7.7.7", "a:80");

            assertThat(headers.get("X-Forwarded-Proto")).isEqualTo(trusted ? "https" : "http");
            assertThat(headers.get("X-Forwarded-Host")).isEqualTo(trusted ? "claimed" : "a:80");
            assertThat(headers.get("X-Real-IP")).isEqualTo(trusted ? "1.2.3.4" : "7.7.7.7");
            assertThat(headers.get("X-Forwarded-Server")).isEqualTo("gate");
            assertThat(headers.all(FieldName.of("X-Forwarded-For"))).containsExactly("7.7.7.7");
        }
    }
}
