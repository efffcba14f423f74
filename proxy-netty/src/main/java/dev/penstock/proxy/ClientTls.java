package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What a client and the proxy agreed upon by TLS. Immutable.
 *
 * @param version as in {@code TLSv1.3}; empty where the client came without TLS
 * @param serverName the name that the client asked for, in lower case; empty if none
 * @param subject whom the client's certificate was issued to, as in {@code CN=alice,O=Example} (RFC 2253), cut after 256
 *     characters; empty if it showed none. It was verified: others are refused
 */
public record ClientTls(String version, String serverName, String subject) {
    /** Of a connection without TLS. */
    public static final ClientTls NONE = new ClientTls("", "", "");

    private static final int LONGEST = 256;

    /** Checks for null. */
    public ClientTls {
        requireNonNull(version, "version");
        requireNonNull(serverName, "serverName");
        requireNonNull(subject, "subject");
    }

    /** Of a connection by which a certificate was asked for, or was not. */
    static ClientTls of(SSLSession session, String serverName, boolean asked) {
        return new ClientTls(session.getProtocol(), serverName, asked ? subject(session) : "");
    }

    private static String subject(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate own
                    ? shown(own.getSubjectX500Principal().getName())
                    : "";
        } catch (SSLPeerUnverifiedException e) {
            return ""; // it showed none
        }
    }

    /** A text of the client's in one line of bounded length. */
    private static String shown(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
