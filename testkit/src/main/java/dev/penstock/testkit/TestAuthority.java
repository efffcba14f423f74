package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority made for a test by {@code openssl}, and what it signs; PEM files in a folder. Confined to its test. */
public final class TestAuthority {
    private static final String[] KEY = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"};

    private final Path folder;

    private TestAuthority(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the authority.
     *
     * @param folder holds {@code ca.pem} and what is signed; made if it is not there
     * @return the authority
     * @throws IOException if the folder cannot be written
     */
    public static TestAuthority in(Path folder) throws IOException {
        var made = new TestAuthority(Files.createDirectories(folder));
        made.openssl("req -x509 -days 30 -subj /CN=" + folder.getFileName() + " -keyout ca-key.pem -out ca.pem", KEY);
        return made;
    }

    /**
     * Signs a certificate for servers and clients: {@code name.pem} and {@code name-key.pem}.
     *
     * @param name of the files
     * @param alternativeNames as OpenSSL writes them, {@code DNS:localhost,IP:127.0.0.1}
     * @return this
     * @throws IOException if the folder cannot be written
     */
    public TestAuthority sign(String name, String alternativeNames) throws IOException {
        Files.writeString(
                folder.resolve(name + ".ext"),
                "subjectAltName=" + alternativeNames + "\nextendedKeyUsage=serverAuth,clientAuth\n");
        openssl("req -subj /CN=" + name + " -keyout " + name + "-key.pem -out " + name + ".csr", KEY);
        openssl("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 -extfile " + name
                + ".ext -out " + name + ".pem");
        return this;
    }

    /**
     * Where a file is.
     *
     * @param name as in {@code ca.pem}
     * @return may not be there
     */
    public Path file(String name) {
        return folder.resolve(name);
    }

    private void openssl(String words, String... more) {
        var arguments = new ArrayList<String>();
        for (String word : words.split(" ", -1)) {
            boolean file = word.endsWith(".pem") || word.endsWith(".csr") || word.endsWith(".ext");
            arguments.add(file ? folder.resolve(word).toString() : word);
        }
        arguments.addAll(List.of(more));
        RequiresTool.Run run = RequiresTool.run("openssl", arguments.toArray(new String[0]));
        assertThat(run.status()).as(run.output()).isZero();
    }
}
