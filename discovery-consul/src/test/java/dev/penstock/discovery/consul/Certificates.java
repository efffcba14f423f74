package dev.penstock.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority made for a test, and what it signs; PEM files in a folder. Confined to its test. */
final class Certificates {
    private static final String[] KEY = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"};

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes the authority. */
    static Certificates in(Path folder) throws IOException {
        var made = new Certificates(Files.createDirectories(folder));
        made.openssl("req -x509 -days 30 -subj /CN=" + folder.getFileName() + " -keyout ca-key.pem -out ca.pem", KEY);
        return made;
    }

    /** Signs a certificate: {@code name.pem} and {@code name-key.pem}. */
    Certificates sign(String name, String alternativeNames) throws IOException {
        Files.writeString(
                folder.resolve(name + ".ext"),
                "subjectAltName=" + alternativeNames + "\nextendedKeyUsage=serverAuth,clientAuth\n");
        openssl("req -subj /CN=" + name + " -keyout " + name + "-key.pem -out " + name + ".csr", KEY);
        openssl("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 -extfile " + name
                + ".ext -out " + name + ".pem");
        return this;
    }

    Path file(String name) {
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
