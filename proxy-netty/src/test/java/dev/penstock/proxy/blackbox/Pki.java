package dev.penstock.proxy.blackbox;

import dev.penstock.testkit.RawClient;
import dev.penstock.tls.ServerCertificate;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An authority, the certificates it issues, and clients that trust it. */
final class Pki {
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";

    private final Path directory;
    private final X509Bundle authority;

    Pki(Path directory) {
        this(directory, "Test CA");
    }

    Pki(Path directory, String name) {
        this.directory = directory;
        try {
            this.authority = new CertificateBuilder()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .ecp256()
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException("no authority", e);
        }
    }

    /** A certificate for names, not written anywhere. */
    X509Bundle issue(String... names) {
        return issue(Algorithm.ecp256, names);
    }

    X509Bundle issue(Algorithm kind, String... names) {
        var builder = new CertificateBuilder().subject("CN=" + names[0]).algorithm(kind);
        builder = builder.addExtensionOctetString(ALTERNATIVE_NAMES, false, alternatives(names));
        try {
            return builder.buildIssuedBy(authority);
        } catch (Exception e) {
            throw new IllegalStateException("no certificate", e);
        }
    }

    /** RFC 5280, 4.2.1.6, in DER; short enough for lengths of one byte. */
    private static byte[] alternatives(String... names) {
        var content = new ByteArrayOutputStream();
        for (String name : names) {
            boolean address = Character.isDigit(name.charAt(0));
            byte[] bytes = address
                    ? NetUtil.createByteArrayFromIpAddressString(name)
                    : name.getBytes(StandardCharsets.US_ASCII);
            content.write(address ? 0x87 : 0x82);
            content.write(bytes.length);
            content.writeBytes(bytes);
        }
        var sequence = new ByteArrayOutputStream();
        sequence.write(0x30);
        sequence.write(content.size());
        sequence.writeBytes(content.toByteArray());
        return sequence.toByteArray();
    }

    /** A certificate for names in the files {@code NAME.pem} and {@code NAME.key}. */
    ServerCertificate certificate(String file, String... names) throws IOException {
        return write(file, issue(names));
    }

    ServerCertificate write(String file, X509Bundle bundle) throws IOException {
        Path certificate = Files.writeString(directory.resolve(file + ".pem"), bundle.getCertificatePathPEM());
        Path key = Files.writeString(directory.resolve(file + ".key"), bundle.getPrivateKeyPEM());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return ServerCertificate.of(certificate, key);
    }

    /** The authority's own certificate in a file. */
    Path ca() throws IOException {
        return Files.writeString(
                directory.resolve(
                        authority.getCertificate().getSubjectX500Principal().hashCode() + "-ca.pem"),
                authority.getCertificatePEM());
    }

    /** What a client goes by that trusts the authority, and shows a certificate if one is given. */
    SSLContext client(@Nullable X509Bundle own) {
        try {
            var context = SSLContext.getInstance("TLS");
            KeyManager[] keys = own == null ? null : own.toKeyManagerFactory().getKeyManagers();
            context.init(keys, authority.toTrustManagerFactory().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no client", e);
        }
    }

    /** A connection of a client of its own, past the handshake. */
    TlsClient connect(int port, String serverName) throws IOException {
        return connect(client(null), port, serverName);
    }

    /** A connection, past the handshake; the name may be empty. */
    static TlsClient connect(SSLContext context, int port, String serverName, String... protocols) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        try {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
            if (protocols.length > 0) {
                parameters.setProtocols(protocols);
            }
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
            socket.startHandshake();
            return new TlsClient(socket, RawClient.over(socket));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A client's connection by TLS. */
    record TlsClient(SSLSocket socket, RawClient http) implements AutoCloseable {
        /** The name that the proxy's certificate was issued to. */
        String shown() throws IOException {
            String name = socket.getSession().getPeerPrincipal().getName();
            return name.substring("CN=".length());
        }

        @Override
        public void close() {
            http.close();
        }
    }
}
